/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libcrypto. Only for builds with HAVE_CRYPTO. */
#ifndef KMT_SYS_LAZY_CRYPTO_H
#define KMT_SYS_LAZY_CRYPTO_H

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <kmt/sys/lazy.h>

#define KMT_CRYPTO_FUNCTIONS(X)                                                                    \
	X(d2i_CMS_ContentInfo)                                                                     \
	X(BIO_new_mem_buf)                                                                         \
	X(BIO_free)                                                                                \
	X(PEM_read_bio_X509)                                                                       \
	X(d2i_X509)                                                                                \
	X(X509_free)                                                                               \
	X(X509_get_subject_name)                                                                   \
	X(X509_get_issuer_name)                                                                    \
	X(X509_get0_serialNumber)                                                                  \
	X(X509_get0_subject_key_id)                                                                \
	X(X509_get0_pubkey)                                                                        \
	X(CMS_signed_get_attr_count)                                                               \
	X(CMS_signed_get0_data_by_OBJ)                                                             \
	X(CMS_SignerInfo_cert_cmp)                                                                 \
	X(CMS_SignerInfo_set1_signer_cert)                                                         \
	X(CMS_SignerInfo_verify)                                                                   \
	X(OBJ_nid2obj)                                                                             \
	X(EVP_MD_CTX_new)                                                                          \
	X(EVP_MD_CTX_free)                                                                         \
	X(EVP_get_digestbyname)                                                                    \
	X(EVP_DigestInit_ex)                                                                       \
	X(EVP_DigestUpdate)                                                                        \
	X(EVP_DigestFinal_ex)                                                                      \
	X(EVP_DigestVerifyInit)                                                                    \
	X(EVP_DigestVerifyFinal)                                                                   \
	X(CMS_ContentInfo_free)                                                                    \
	X(CMS_get0_SignerInfos)                                                                    \
	X(CMS_SignerInfo_get0_signature)                                                           \
	X(OPENSSL_sk_num)                                                                          \
	X(OPENSSL_sk_value)                                                                        \
	X(X509_NAME_get_index_by_NID)                                                              \
	X(X509_NAME_get_entry)                                                                     \
	X(X509_NAME_ENTRY_get_data)                                                                \
	X(ASN1_STRING_get0_data)                                                                   \
	X(ASN1_STRING_length)                                                                      \
	X(ERR_clear_error)

struct kmt_lazy_crypto {
	KMT_CRYPTO_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_crypto *kmt_lazy_crypto(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_CRYPTO, err);
}

#endif
