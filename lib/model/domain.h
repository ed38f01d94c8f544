/*
 * The plain values that all layers above share: account, user, domain, record,
 * check; and the status rules (design, section 2). No I/O, no text for people.
 */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "base/base.h"
#include "base/random.h"
#include "mailauth/dkim_key.h"
#include "mailauth/name.h"

enum status { STATUS_PENDING, STATUS_VERIFIED, STATUS_LOST, STATUS_COUNT };
enum verdict { VERDICT_UNKNOWN, VERDICT_OK, VERDICT_MISSING, VERDICT_WRONG };
enum trigger { TRIGGER_MANUAL, TRIGGER_NIGHTLY, TRIGGER_SHARE, TRIGGER_API, TRIGGER_CLI };
enum domain_sort {
    SORT_NAME,
    SORT_STATUS,
    SORT_ADDED,
    SORT_CHECKED,
    SORT_COUNT
}; /* what a list of domains is ordered by; equal ones by name */
enum role { ROLE_ADMIN, ROLE_VIEWER };
/* All there can be, in the order in which they are shown. A domain has RECORD_DKIM_ED25519 or not: domain_has. */
enum record_kind { RECORD_DKIM, RECORD_DKIM_ED25519, RECORD_RETURN_PATH, RECORD_DMARC, RECORD_COUNT };

/* The fixed words of JSON, HTML hooks and SQL for these, and back; parse gives false for any other word. */
const char *status_word(enum status s);
const char *verdict_word(enum verdict v);
const char *trigger_word(enum trigger t);
const char *role_word(enum role r);
const char *record_word(enum record_kind k);
bool status_parse(const char *word, enum status *out);
bool verdict_parse(const char *word, enum verdict *out);
bool trigger_parse(const char *word, enum trigger *out);
bool role_parse(const char *word, enum role *out);
bool record_parse(const char *word, enum record_kind *out);

/* What the DNS must hold, and so all that is needed to make a domain's records again. */
struct domain {
    struct uuid id;
    struct uuid account_id;
    struct name name;
    enum status status;
    int64_t created_at;  /* ms UTC */
    int64_t verified_at; /* 0: never */
    int64_t checked_at;  /* 0: never */
    struct uuid last_check_id;
    int records_ok;    /* of the last check, optional ones too; for the overview */
    int records_total; /* then, and of a domain that was never checked: now */
    char selector[SELECTOR_SIZE];
    const char *public_b64; /* of the selector's key */
    char selector_ed25519[SELECTOR_SIZE];
    const char *public_ed25519;    /* NULL: the domain has no second key */
    const char *return_path_label; /* as they were when the domain was added: what the customer published stays right */
    const char *return_path_target;
};

/* One DNS record that the owner must publish. */
struct record {
    enum record_kind kind;
    const char *host;  /* whole name, A-labels, no final dot */
    const char *type;  /* "TXT" or "CNAME" */
    const char *value; /* joined text of a TXT, or the target without a final dot */
    bool required;
};

/* Whether that record is one of the domain's, and how many it has. */
bool domain_has(const struct domain *domain, enum record_kind kind);
int domain_records(const struct domain *domain);

/* Fills out[RECORD_COUNT] in the order of enum record_kind; strings live in pool. What the domain does not have has no
 * host (NULL). */
struct pool;
void records_of(struct pool *pool, const struct domain *domain, struct record out[RECORD_COUNT]);

struct buf;
/*
 * The records as lines of a master file (RFC 1035 5.1) that can be appended to the domain's zone as it is: absolute
 * owners, TTL 3600, TXT split into quoted strings of at most 255 bytes, " and \ escaped, bytes outside 0x20-0x7e as
 * \DDD.
 */
void zone_fragment(struct buf *out, const struct record *records, size_t count); /* without those that have no host */
/* One TXT value as quoted character-strings on one line: "…" "…". */
void zone_quote_txt(struct buf *out, const char *value, size_t len);

/*
 * The status after a check (design, section 2). verdicts[] and required[] have count entries. When any required one is
 * VERDICT_UNKNOWN and none missing or wrong the status stays. TRIGGER_NIGHTLY never takes STATUS_VERIFIED away.
 */
enum status status_after(enum status before, enum trigger trigger, const enum verdict *verdicts, const bool *required,
                         size_t count);

/*
 * A check's verdicts as a row keeps them: the first letters of their words, for the records that the domain has, in the
 * order of enum record_kind. The letter of one of them; 0: it is not in it.
 */
char verdict_letter(const char *letters, enum record_kind kind);

#endif
