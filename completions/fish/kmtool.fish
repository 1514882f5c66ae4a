# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for kmtool: what can follow is asked of the program itself.

function __kmtool_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l program $before[1]
    # What stands before a path: "--root=", or nothing.
    set -l option (string match -r -- '^--[^=]*=' $word; or echo '')
    set -l path (string sub -s (math (string length -- "$option") + 1) -- "$word")
    set -e before[1]
    for line in (command $program __complete -- $before $word 2>/dev/null)
        switch $line
            case :files
                for found in (__fish_complete_path $path)
                    echo "$option$found"
                end
            case :dirs
                for found in (__fish_complete_directories $path)
                    echo "$option$found"
                end
            case '*'
                echo $line
        end
    end
end

complete -c kmtool -f -a '(__kmtool_complete)'
