/*
 * Turns the data of a domain into the values of templates/domain_live.tpl. Owns the texts of each state;
 * app/check/finding_text.h has the texts of findings, the template the layout.
 */
#include "base/base.h"

#include "cgi-bin/pages/domain/domain_live.h"

#include "app/check/value_text.h"
#include "mailauth/dns_provider.h"
#include "model/check.h"
#include "model/name.h"
#include "model/user.h"

enum { FOUND_SHOWN = 5 }; /* found values; an attacker may publish many */

static const enum text_id record_why[RECORD_COUNT] = {[RECORD_DKIM] = TEXT_RECORD_DKIM_WHY,
                                                      [RECORD_DKIM_ED25519] = TEXT_RECORD_DKIM_ED25519_WHY,
                                                      [RECORD_RETURN_PATH] = TEXT_RECORD_RETURN_PATH_WHY,
                                                      [RECORD_DMARC] = TEXT_RECORD_DMARC_WHY};

/* The actions that the history shows; it skips all others. */
static const struct {
    bool told;
    enum text_id text;
} event_texts[ACTION_COUNT] = {
    [ACTION_DOMAIN_ADDED] = {true, TEXT_EVENT_ADDED},      [ACTION_CHECKED] = {true, TEXT_EVENT_CHECKED},
    [ACTION_VERIFIED] = {true, TEXT_EVENT_VERIFIED},       [ACTION_LOST] = {true, TEXT_EVENT_LOST},
    [ACTION_KEY_ADDED] = {true, TEXT_EVENT_KEY_ADDED},     [ACTION_KEY_ACTIVATED] = {true, TEXT_EVENT_KEY_CHANGED},
    [ACTION_KEY_DROPPED] = {true, TEXT_EVENT_KEY_DROPPED}, [ACTION_SHARED] = {true, TEXT_EVENT_SHARED},
    [ACTION_UNSHARED] = {true, TEXT_EVENT_UNSHARED},
};

/* The outcome of the last check, as one of the RESULT texts. */
static enum text_id result_of(const struct domain_detail *detail)
{
    if (!detail->checked)
        return TEXT_RESULT_NEVER;
    switch (check_summary(detail->result)) {
    case CHECK_FAILED:
        return detail->domain.status == STATUS_PENDING ? TEXT_RESULT_NOT_YET : TEXT_RESULT_LOST;
    case CHECK_PASSED:
        return check_records_ok(detail->result) == domain_records(&detail->domain) ? TEXT_RESULT_GOOD
                                                                                   : TEXT_RESULT_ENOUGH;
    case CHECK_INCONCLUSIVE:
        break;
    }
    return TEXT_RESULT_UNKNOWN;
}

static void domain_live_fill_result(struct page *page, struct view *live, const struct domain_detail *detail,
                                    enum live_after after, int wait_s)
{
    enum text_id id = result_of(detail);
    bool failed = wait_s > 0 || (after == AFTER_CHECK && id == TEXT_RESULT_UNKNOWN);
    const char *said;
    if (wait_s > 0)
        said = page_text(page, TEXT_RESULT_WAIT, TEXT_ARGS({"wait", page_wait(page, wait_s)}));
    else
        said = page_text(page, id,
                         TEXT_ARGS({"ok", page_number(page, check_records_ok(detail->result))},
                                   {"total", page_number(page, domain_records(&detail->domain))}));
    view_set(view_section(live, failed ? K_RESULT_BAD : K_RESULT_GOOD), K_RESULT, said);
    if (detail->checked)
        view_show(live, K_ANSWERED);
    if (detail->checked)
        view_set(view_section(live, K_CHECKED_ONCE), K_WHEN,
                 page_text(page, TEXT_RESULT_WHEN, TEXT_ARGS({"time", page_time(page, detail->last.at)})));
}

/* The step of the domain: without an answer of DNS the only step is to check again. */
static enum view_key domain_live_step_of(const struct domain_detail *detail, enum view_key of_status)
{
    return detail->domain.status == STATUS_PENDING && result_of(detail) == TEXT_RESULT_UNKNOWN ? K_STEP_CHECK
                                                                                               : of_status;
}

static void fill_status(struct page *page, struct view *live, const struct domain_detail *detail)
{
    static const struct {
        enum view_key step, advice;
        enum text_id next;
    } of_status[STATUS_COUNT] = {
        [STATUS_PENDING] = {K_STEP_RECORDS, K_PLACE, TEXT_NEXT_PENDING},
        [STATUS_VERIFIED] = {K_STEP_DONE, K_KEEP, TEXT_NEXT_VERIFIED},
        [STATUS_LOST] = {K_STEP_REPAIR, K_PLACE, TEXT_NEXT_LOST},
    };
    enum status status = detail->domain.status;
    view_set(live, K_STATUS, status_word(status));
    view_set(live, K_STATUS_WORD, page_status_text(page, status));
    view_set(live, K_NEXT, text(page->lang, detail->checked ? of_status[status].next : TEXT_NEXT_NEVER));
    view_show(live, domain_live_step_of(detail, of_status[status].step));
    view_show(live, of_status[status].advice);
}

/* The DNS panel in which the records are typed, as far as the last check shows. */
struct panel {
    const struct dns_provider *provider; /* NULL: not known */
    const char *zone;                    /* the part after the short form of a name */
    bool relative;                       /* the panel appends the zone by itself */
};

static struct panel panel_of(struct page *page, const struct domain_detail *detail)
{
    struct panel panel = {0};
    bool suffix_duplicated = false;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        const struct result *result = &detail->result[i];
        if (!panel.zone && result->zone && name_within(detail->domain.name.ascii, result->zone))
            panel.zone = result->zone;
        if (!panel.provider && result->provider && result->zone)
            panel.provider = dns_provider_by_id(result->provider);
        suffix_duplicated |= (result->findings & FINDING_BIT(FINDING_NAME_DOUBLED)) != 0;
    }
    if (!panel.zone)
        panel.zone = name_organisational(page->app->names, detail->domain.name.ascii);
    panel.relative = panel.provider ? panel.provider->host == PROVIDER_HOST_RELATIVE : suffix_duplicated;
    return panel;
}

static void fill_panel(struct page *page, struct view *live, const struct panel *panel, enum status status)
{
    const struct dns_provider *provider = panel->provider;
    view_show(live, panel->relative ? K_HOST_RELATIVE : K_HOST_FULL);
    if (status == STATUS_VERIFIED)
        return;
    if (!provider) {
        view_show(live, K_NO_PROVIDER);
        return;
    }
    struct view *known = view_section(live, K_PROVIDER);
    view_set(known, K_PROVIDER_SAYS,
             page_text(page, panel->relative ? TEXT_PROVIDER_RELATIVE : TEXT_PROVIDER_FULL,
                       TEXT_ARGS({"provider", provider->name})));
    if (!provider->page)
        return;
    struct view *link = view_section(known, K_PROVIDER_LINK);
    view_set(link, K_PROVIDER_PAGE, provider->page);
    view_set(link, K_PROVIDER_NAME, provider->name);
}

/* In two parts: the one to type where the panel appends the zone, and the zone. */
static void fill_host(struct view *record, const struct panel *panel, const char *host)
{
    size_t own = strlen(host), zone = strlen(panel->zone);
    if (zone + 1 < own)
        own -= zone + 1;
    view_set_n(record, K_HOST_OWN, host, own);
    view_set(record, K_HOST_REST, host + own);
}

static const char *const severity_words[] = {
    [SEVERITY_OK] = "good", [SEVERITY_ADVICE] = "tip", [SEVERITY_WAITING] = "wait", [SEVERITY_ERROR] = "bad"};

/* A near miss, character by character. */
static void fill_difference(struct page *page, struct view *view, const struct record *record,
                            const struct result *result)
{
    static const enum view_key kinds[] = {[RUN_EQUAL] = K_RUN_EQUAL,
                                          [RUN_MISSING] = K_RUN_MISSING,
                                          [RUN_EXTRA] = K_RUN_EXTRA,
                                          [RUN_SKIPPED] = K_RUN_SKIPPED};
    struct difference difference;
    bool of_name;
    if (!value_difference(page->pool, record, result, &difference, &of_name))
        return;
    struct view *shown = view_section(view, K_DIFFERENCE);
    view_show(shown, of_name ? K_OF_NAME : K_OF_VALUE);
    for (size_t i = 0; i < difference.count; i++) {
        struct view *run = view_section(view_section(shown, K_RUN), kinds[difference.run[i].kind]);
        if (difference.run[i].text)
            view_set(run, K_RUN_TEXT, difference.run[i].text);
    }
}

static void fill_notes(struct page *page, struct view *view, const struct domain_detail *detail)
{
    struct note notes[NOTES_MAX];
    size_t count = dmarc_notes(page->pool, page->lang, &detail->domain, detail->record, detail->result, notes);
    for (size_t i = 0; i < count; i++) {
        struct view *note = view_section(view, K_NOTE);
        view_set(note, K_NOTE_WORD, notes[i].word);
        view_set(note, K_TONE, severity_words[notes[i].severity]);
        view_set(note, K_NOTE_TEXT, notes[i].text);
    }
}

void domain_live_fill_findings(struct page *page, struct view *view, const struct domain *domain,
                               const struct record *record, const struct result *result)
{
    struct finding_text *list;
    size_t count;
    finding_texts(page->pool, page->lang, domain, record, result, &list, &count);
    for (size_t i = 0; i < count; i++) {
        struct view *finding = view_section(view, K_FINDING);
        view_set(finding, K_FINDING_WORD, finding_word(list[i].finding));
        view_set(finding, K_TONE, severity_words[list[i].severity]);
        view_set(finding, K_FACT, list[i].fact);
        if (list[i].advice[0])
            view_set(view_section(finding, K_HAS_ADVICE), K_ADVICE, list[i].advice);
    }
}

static void fill_observed(struct page *page, struct view *view, const struct domain_detail *detail, size_t i)
{
    const struct result *result = &detail->result[i];
    if (detail->checked)
        domain_live_fill_findings(page, view, &detail->domain, &detail->record[i], result);
    if (detail->checked)
        fill_difference(page, view, &detail->record[i], result);
    if (detail->checked && detail->record[i].kind == RECORD_DMARC)
        fill_notes(page, view, detail);
    if (result->verdict == VERDICT_OK || result->found_count == 0)
        return;
    struct view *found = view_section(view, K_HAS_FOUND);
    for (size_t n = 0; n < result->found_count && n < FOUND_SHOWN; n++)
        view_set(view_section(found, K_FOUND), K_FOUND_VALUE, result->found[n]);
}

/* The value to type: some panels append the zone to a target without a final dot. */
static const char *value_of(struct page *page, const struct panel *panel, const struct record *record)
{
    bool dot = record->kind == RECORD_RETURN_PATH && panel->provider && panel->provider->target_dot;
    return dot ? pool_printf(page->pool, "%s.", record->value) : record->value;
}

static void domain_live_fill_record(struct page *page, struct view *live, const struct domain_detail *detail,
                                    const struct panel *panel, size_t i)
{
    const struct record *record = &detail->record[i];
    enum verdict verdict = detail->result[i].verdict;
    struct view *view = view_section(live, K_RECORD);
    view_set(view, K_KIND, record_word(record->kind));
    view_set(view, K_VERDICT, verdict_word(verdict));
    view_set(view, K_VERDICT_WORD,
             detail->checked ? page_verdict_text(page, verdict) : text(page->lang, TEXT_VERDICT_NEVER));
    view_set(view, K_RECORD_TITLE, page_record_title(page, record->kind));
    view_set(view, K_RECORD_WHY, text(page->lang, record_why[record->kind]));
    view_set(view, K_TYPE, record->type);
    view_set(view, K_VALUE, value_of(page, panel, record));
    view_show(view, record->required ? K_REQUIRED : K_ADVISED);
    fill_host(view, panel, record->host);
    fill_observed(page, view, detail, i);
}

/* A check that changed the status has two events with the same time; only the one with the new status is shown. */
static bool event_is_shown(const struct domain_detail *detail, size_t i)
{
    return i > 0 && detail->event[i].action == ACTION_CHECKED && detail->event[i - 1].at == detail->event[i].at;
}

static void fill_event(struct page *page, struct view *history, const struct event *event)
{
    if (!event_texts[event->action].told)
        return;
    enum text_id id = event_texts[event->action].text;
    if (event->action == ACTION_CHECKED && event->trigger == TRIGGER_NIGHTLY)
        id = TEXT_EVENT_CHECKED_NIGHTLY;
    if (event->action == ACTION_CHECKED && event->trigger == TRIGGER_SHARE)
        id = TEXT_EVENT_CHECKED_SHARE;
    struct view *view = view_section(history, K_EVENT);
    view_set(view, K_WHAT, text(page->lang, id));
    view_set(view, K_AT, page_time(page, event->at));
    if (event->user[0])
        view_set(view_section(view, K_HAS_BY), K_BY, event->user);
}

/* The state of the share link, and the actions on it. */
static void fill_share(struct page *page, struct view *owner, const struct share_state *share)
{
    bool admin = page->who->role == ROLE_ADMIN,
         live = share->created_at && !share->revoked_at && share->expires_at > page->now;
    struct view *hand_over = view_section(owner, K_HAND_OVER);
    if (live) {
        struct view *state = view_section(hand_over, K_SHARE_LIVE);
        view_set(state, K_SHARE_UNTIL,
                 page_text(page, TEXT_SHARE_UNTIL, TEXT_ARGS({"time", page_time(page, share->expires_at)})));
        view_set(state, K_SHARE_OPENED,
                 share->opened_at
                     ? page_text(page, TEXT_SHARE_OPENED, TEXT_ARGS({"time", page_time(page, share->opened_at)}))
                     : text(page->lang, TEXT_SHARE_NOT_OPENED));
        if (share->checked_at)
            view_set(view_section(state, K_SHARE_CHECKED_ONCE), K_SHARE_CHECKED,
                     page_text(page, TEXT_SHARE_CHECKED, TEXT_ARGS({"time", page_time(page, share->checked_at)})));
    } else if (share->created_at) {
        view_show(hand_over, K_SHARE_ENDED);
    }
    if (!admin)
        return;
    struct view *acts = view_section(hand_over, K_SHARE_ACTS);
    view_set(acts, K_CSRF, page->csrf);
    view_show(acts, share->created_at ? K_SHARE_AGAIN : K_SHARE_FIRST);
    if (live)
        view_show(acts, K_SHARE_REVOKE);
}

/* What only members of the account see: history, the share link for the DNS person, actions. */
static void fill_owner(struct page *page, struct view *live, const struct domain_detail *detail)
{
    struct view *owner = view_section(live, K_OWNER);
    for (size_t i = 0; i < detail->event_count; i++)
        if (!event_is_shown(detail, i))
            fill_event(page, owner, &detail->event[i]);
    fill_share(page, owner, &detail->share);
    if (page->who->role == ROLE_ADMIN)
        view_show(owner, K_MAY_CHANGE);
}

void domain_live_fill(struct page *page, struct view *live, const char *path, const struct domain_detail *detail,
                      enum live_after after, int wait_s)
{
    page_set_name(live, &detail->domain);
    view_set(live, K_PATH, path);
    fill_status(page, live, detail);
    domain_live_fill_result(page, live, detail, after, wait_s);
    struct panel panel = panel_of(page, detail);
    fill_panel(page, live, &panel, detail->domain.status);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (detail->record[i].host)
            domain_live_fill_record(page, live, detail, &panel, i);
    if (page->who)
        fill_owner(page, live, detail);
}

void domain_live_fill_own(struct page *page, struct view *live, const struct domain_detail *detail,
                          enum live_after after, int wait_s)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(detail->domain.id, id);
    domain_live_fill(page, live, pool_printf(page->pool, "/settings/domains/%s", id), detail, after, wait_s);
}
