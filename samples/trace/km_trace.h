/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoint of km_trace. The file is included several times with different definitions of
 * the macros, which generate the function that is called, the record and the text.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM km_trace

#if !defined(KM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KM_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(km_trace_step,
	/* arguments of trace_km_trace_step() */
	TP_PROTO(u64 value, unsigned int step),
	TP_ARGS(value, step),
	/* fields of the record */
	TP_STRUCT__entry(
		__field(u64, value)
		__field(unsigned int, step)
	),
	TP_fast_assign(
		__entry->value = value;
		__entry->step = step;
	),
	/* how a reader of the trace prints it */
	TP_printk("step %u value %llu", __entry->step, __entry->value)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE km_trace
#include <trace/define_trace.h>
