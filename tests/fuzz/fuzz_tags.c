/*
 * Fuzz target: TXT strings from strangers' zones, as tag lists, DKIM keys and DMARC policies.
 */
#include "base/base.h"

#include "app/check/difference.h"
#include "base/buf.h"
#include "base/pool.h"
#include "mailauth/dkim_record.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/taglist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Public keys made for this target; nobody signs with them. */
static const char *const public_b64[DKIM_ALGORITHM_COUNT] = {
    [DKIM_RSA] =
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoMZtZ/lpZwVskF0G090/7KMSsAYjbFqOWk5MM1zICj5yKX3m8oztKVXl0HnD3p+o1N2WY+YME9LNoLY9vs+4Is3W9nc7gS+axxplYr1H8pEjgpvPkLuwsRTiiFIfEA6f9CbwhrbCBDm08dadZ1ytk5/OsWp+yCpzlkyNnesWvSiPCyT2nFNA75YgG9o6Pf5QL/HKpaFYHHFbZgok9vgcVkqeckt/cfbtPqX8FDgZd/0o/EfD+LpP7p/4QXR9JDpCxw1p2NC9sdRZ/NPraFA/qg6nAunHWkCH4MGPm3UqWocJCsUtM1TACP7yzK1IkaRVPkko0RtXFdt1P0azV+v11wIDAQAB",
    [DKIM_ED25519] = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="};

static void promise(bool holds)
{
    if (!holds)
        abort();
}

static bool inside(const char *text, size_t size, const char *at, size_t len)
{
    return at >= text && at + len <= text + size;
}

static bool is_policy(const char *text)
{
    struct dmarc_evaluation again;

    dmarc_record_evaluate(text, strlen(text), &again);
    return again.kind == DMARC_POLICY;
}

static void evaluate_key(const char *text, size_t size, bool parsed, const struct dkim_expected *expected)
{
    struct dkim_evaluation dkim;

    dkim_record_evaluate(text, size, expected, &dkim);
    promise(!dkim.right ||
            (parsed && dkim.role == DKIM_CANDIDATE && (dkim.findings & ~FINDING_BIT(FINDING_TESTING)) == 0));
    promise(dkim.right || dkim.role == DKIM_UNRELATED || dkim.findings != 0);
    promise(strlen(dkim.offending_tag) < sizeof(dkim.offending_tag));
}

enum {
    COMPARED = 256
}; /* the table of a comparison grows with the square: longer inputs would leave no time for anything else */

/* As the page compares: what DNS gave, made printable. */
static void compare(const char *expected, const char *text, size_t size)
{
    struct pool *pool = pool_new();
    struct difference d;
    struct buf found;

    buf_init(&found, 16384);
    buf_add_printable(&found, text, size < COMPARED ? size : COMPARED);
    difference_of(pool, expected, found.data, &d);
    promise(d.count < RUNS_MAX && (d.near == (d.count > 0)));
    for (size_t i = 0; i < d.count; i++)
        promise((d.run[i].text == NULL) == (d.run[i].kind == RUN_SKIPPED));
    buf_free(&found);
    pool_free(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct dmarc_evaluation dmarc;
    struct tag_list tags;
    char expected[512], host[REPORT_HOSTS_MAX][REPORT_HOST_SIZE];
    bool parsed = tag_list_parse(text, size, &tags);

    promise(!parsed || tags.count > 0);
    for (size_t i = 0; i < tags.count; i++) {
        promise(inside(text, size, tags.tag[i].name, tags.tag[i].name_len) &&
                inside(text, size, tags.tag[i].value, tags.tag[i].value_len));
        tag_lists(&tags.tag[i], "sha256");
    }
    for (int algorithm = 0; algorithm < DKIM_ALGORITHM_COUNT; algorithm++) {
        snprintf(expected, sizeof(expected), "v=DKIM1; k=%s; p=%s", dkim_algorithm_word((enum dkim_algorithm)algorithm),
                 public_b64[algorithm]);
        evaluate_key(text, size, parsed,
                     &(struct dkim_expected){(enum dkim_algorithm)algorithm, expected, public_b64[algorithm]});
    }
    dmarc_record_evaluate(text, size, &dmarc);
    promise(strlen(dmarc.suggested) < sizeof(dmarc.suggested) &&
            strlen(dmarc.offending_tag) < sizeof(dmarc.offending_tag));
    promise(!dmarc.suggested[0] || is_policy(dmarc.suggested));
    promise(dmarc_report_hosts(text, size, host) <= REPORT_HOSTS_MAX);
    compare(expected, text, size);
    promise(dmarc.kind != DMARC_POLICY || (parsed && memcmp(text, "v", 1) == 0));
    return 0;
}
