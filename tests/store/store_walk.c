/*
 * The use cases and the store on a real database, in the order of a domain's life. The database stands empty but
 * migrated and granted; $VOLMACHT_CONF says where. Run by test_store.py.
 */
#include "../unit/unit.h"

#include <pthread.h>

#include "app/auth/account.h"
#include "app/auth/session.h"
#include "app/domain/domain.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/check.h"
#include "model/user.h"
#include "store/accounts.h"
#include "store/checks.h"
#include "store/connection.h"
#include "store/domains.h"
#include "store/query.h"
#include "store/rate_limits.h"

/* In two pieces: a c after \xbc would belong to the number. */
#define BUECHER                                                                                                        \
    ("b\xc3\xbc"                                                                                                       \
     "cher.nl")

static struct conf *conf;
static struct app *app;
static struct worker *worker; /* as the web's user */
static struct store *store;   /* as the web's user */
static struct pool *pool;
static struct err err;
static struct uuid account, other;

#define OK(call) assert_int_equal((err.text[0] = '\0', (call) ? (print_error("%s\n", err.text), 1) : 0), 0)

#define FROM(address) (&(struct visitor){.addr = (address)})

static struct actor admin_of(struct uuid id)
{
    return (struct actor){.account_id = id, .role = ROLE_ADMIN, .addr = ""};
}

static struct domain_add add(struct uuid id, const char *name)
{
    const struct actor actor = admin_of(id);
    struct domain_add added;
    OK(domain_add(worker, &actor, name, strlen(name), &added, &err));
    return added;
}

static struct domain_detail *get(struct uuid id, struct uuid domain)
{
    struct domain_detail *detail;
    OK(domain_get(worker, pool, id, domain, &detail, &err));
    return detail;
}

static struct domain_list list(const char *search, const enum status *status, const char *after, int size)
{
    struct domain_filter filter = {
        .search = search, .has_status = status, .status = status ? *status : 0, .after = after, .page_size = size};
    struct domain_list out;
    OK(domain_list(worker, pool, account, &filter, &out, &err));
    return out;
}

static void accounts_and_users(void **state)
{
    (void)state;
    enum user_add_result result;
    struct worker *owner = worker_new(app, WORKER_OWNER);
    OK(account_add(owner, "Bakkerij Jansen", &account, &err));
    OK(account_add(owner, "Bakkerij de Vries", &other, &err));
    assert_int_equal(account_add(owner, "", &(struct uuid){{0}}, &err), ERR_MALFORMED);
    assert_int_equal(account_add(owner, "a\x1b[0m", &(struct uuid){{0}}, &err), ERR_MALFORMED);
    OK(user_add(owner, account, "Jan@Voorbeeld.NL", "een lang wachtwoord", ROLE_ADMIN, &result, &err));
    assert_int_equal(result, USER_ADDED);
    OK(user_add(owner, other, "jan@voorbeeld.nl", "een lang wachtwoord", ROLE_VIEWER, &result, &err));
    assert_int_equal(result, USER_EXISTS);
    OK(user_add(owner, uuid_new(), "piet@voorbeeld.nl", "een lang wachtwoord", ROLE_VIEWER, &result, &err));
    assert_int_equal(result, USER_NO_ACCOUNT);
    OK(user_add(owner, account, "piet", "een lang wachtwoord", ROLE_VIEWER, &result, &err));
    assert_int_equal(result, USER_BAD_EMAIL);
    OK(user_add(owner, account, "piet@voorbeeld.nl", "kort", ROLE_VIEWER, &result, &err));
    assert_int_equal(result, USER_BAD_PASSWORD);
    worker_free(&owner);
}

static void sessions(void **state)
{
    (void)state;
    struct login login, again;
    struct session *who;
    OK(session_login(worker, pool, "jan@voorbeeld.nl", "verkeerd wachtwoord", FROM(""), &login, &err));
    assert_false(login.ok);
    OK(session_login(worker, pool, "niemand@voorbeeld.nl", "een lang wachtwoord", FROM(""), &login, &err));
    assert_false(login.ok);
    OK(session_login(worker, pool, "\xff\xfe' OR 1=1 --", "x", FROM(""), &login, &err));
    assert_false(login.ok);
    OK(session_login(worker, pool, "JAN@voorbeeld.nl", "een lang wachtwoord", FROM(""), &login, &err));
    assert_true(login.ok);
    OK(session_login(worker, pool, "jan@voorbeeld.nl", "een lang wachtwoord", FROM(""), &again, &err));
    assert_string_not_equal(login.token, again.token);
    OK(session_open(worker, pool, login.token, &who, &err));
    assert_non_null(who);
    assert_true(uuid_equal(who->account_id, account));
    assert_string_equal(who->account_name, "Bakkerij Jansen");
    assert_string_equal(who->email, "jan@voorbeeld.nl");
    assert_int_equal(who->role, ROLE_ADMIN);
    assert_true(session_csrf_valid(login.token, who->csrf));
    assert_false(session_csrf_valid(again.token, who->csrf));
    assert_false(session_csrf_valid(login.token, ""));
    OK(session_logout(worker, login.token, &err));
    OK(session_open(worker, pool, login.token, &who, &err));
    assert_null(who);
    OK(session_open(worker, pool, again.token, &who, &err));
    assert_non_null(who);
    OK(session_open(worker, pool, "no token", &who, &err));
    assert_null(who);
}

static void login_is_limited(void **state)
{
    (void)state;
    struct login login;
    int tries = 0;
    for (; tries < 1000; tries++) {
        OK(session_login(worker, pool, "limited@voorbeeld.nl", "verkeerd wachtwoord", FROM("192.0.2.1"), &login, &err));
        if (login.limited.yes)
            break;
    }
    assert_int_equal(tries, conf->limit_login.count);
    assert_in_range(login.limited.retry_after_s, 1, conf->limit_login.seconds);
    OK(session_login(worker, pool, "limited@voorbeeld.nl", "verkeerd wachtwoord", FROM("192.0.2.2"), &login, &err));
    assert_true(login.limited.yes); /* the same user from another address */
    OK(session_login(worker, pool, "other@voorbeeld.nl", "verkeerd wachtwoord", FROM("2001:db8::1"), &login, &err));
    assert_false(login.limited.yes);
}

/* A limit of 4 in 4 s: a burst of 4, then one a second. */
static void limits_fill_and_empty(void **state)
{
    (void)state;
    uint8_t subject[LIMIT_SUBJECT_SIZE] = "limit";
    int64_t wait, now = clock_wall_ms();
    for (int i = 0; i < 4; i++) {
        OK(store_limit(store, subject, 4, 4, now, &wait, &err));
        assert_int_equal(wait, 0);
    }
    OK(store_limit(store, subject, 4, 4, now, &wait, &err));
    assert_int_equal(wait, 1000);
    OK(store_limit(store, subject, 4, 4, now + 999, &wait, &err));
    assert_int_equal(wait, 1);
    OK(store_limit(store, subject, 4, 4, now + 1000, &wait, &err));
    assert_int_equal(wait, 0);
    OK(store_limit(store, subject, 4, 4, now + 1000, &wait, &err));
    assert_int_equal(wait, 1000);
}

static void adding(void **state)
{
    (void)state;
    struct domain_add first = add(account, " Voorbeeld.NL. ");
    assert_int_equal(first.what, DOMAIN_ADDED);
    assert_string_equal(first.name.ascii, "voorbeeld.nl");
    struct domain_add twice = add(account, "voorbeeld.nl");
    assert_int_equal(twice.what, DOMAIN_EXISTS);
    assert_true(uuid_equal(twice.id, first.id));
    assert_int_equal(add(other, "voorbeeld.nl").what, DOMAIN_ADDED);
    assert_int_equal(add(uuid_new(), "voorbeeld.nl").what, DOMAIN_NO_ACCOUNT);
    struct domain_add refused = add(account, "sales@voorbeeld.nl");
    assert_int_equal(refused.what, DOMAIN_REFUSED);
    assert_int_equal(refused.evaluation.fault, NAME_AT_SIGN);
    const struct actor viewer = {.account_id = account, .role = ROLE_VIEWER, .addr = ""};
    assert_int_equal(domain_add(worker, &viewer, "x.nl", 4, &refused, &err), ERR_FAULT);

    struct domain_detail *detail = get(account, first.id);
    assert_non_null(detail);
    assert_int_equal(detail->domain.status, STATUS_PENDING);
    assert_false(detail->checked);
    assert_int_equal(detail->event_count, 1);
    assert_int_equal(detail->event[0].action, ACTION_DOMAIN_ADDED);
    assert_int_equal(strncmp(detail->record[RECORD_DKIM].value, "v=DKIM1; k=rsa; p=MIIB", 22), 0);
    assert_int_equal(detail->result[RECORD_DKIM].verdict, VERDICT_UNKNOWN);
    assert_null(get(other, first.id)); /* another account's id is nobody's */
    OK(domain_find(worker, pool, account, "voorbeeld.nl", &detail, &err));
    assert_non_null(detail);
    assert_int_equal(detail->event_count, 0);
}

static void overview(void **state)
{
    (void)state;
    static const char *const names[] = {"bakker.nl", BUECHER, "zaagsel.nl", "a-z.nl", "100procent.nl"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(add(account, names[i]).what, DOMAIN_ADDED);
    struct domain_list page = list(NULL, NULL, NULL, 4);
    assert_int_equal(page.count, 4);
    assert_true(page.more);
    assert_int_equal(page.of_status[STATUS_PENDING], 6);
    assert_string_equal(page.domain[0].name.ascii, "100procent.nl");
    page = list(NULL, NULL, page.domain[3].name.ascii, 4);
    assert_int_equal(page.count, 2);
    assert_false(page.more);
    assert_string_equal(page.domain[0].name.unicode, BUECHER);
    assert_string_equal(page.domain[1].name.ascii, "zaagsel.nl");
    assert_int_equal(list("akk", NULL, NULL, 10).count, 1);
    assert_int_equal(list("B\xc3\x9c"
                          "CHER",
                          NULL, NULL, 10)
                         .count,
                     1);
    assert_int_equal(list("xn--bcher", NULL, NULL, 10).count, 1);
    assert_int_equal(list("%", NULL, NULL, 10).count, 0);
    assert_int_equal(list("a_z", NULL, NULL, 10).count, 0);
    assert_int_equal(list("!", NULL, NULL, 10).count, 0);
    assert_int_equal(list("\xff\xc3", NULL, NULL, 10).count, 0);
    assert_int_equal(list("  NL ", NULL, NULL, 10).count, 6);
    enum status status = STATUS_PENDING;
    assert_int_equal(list(NULL, &status, NULL, 10).count, 6);
    assert_int_equal(list("akk", &status, NULL, 10).count, 1);
    status = STATUS_VERIFIED;
    assert_int_equal(list(NULL, &status, NULL, 10).count, 0);
    assert_int_equal(list(NULL, NULL, "\xff\xfe", 10).count, 6);
}

/* One check, as another thread's store may write it; the domain has no second key. */
static int write_as(struct store *by, struct uuid account_id, struct uuid id, struct check_info info, enum verdict dkim,
                    enum store_check_written *written, enum status *after, struct err *failed)
{
    static const char *const found[] = {"x"};
    const struct domain domain = {.id = id};
    struct result result[RECORD_COUNT];
    for (int kind = 0; kind < RECORD_COUNT; kind++)
        result[kind] =
            (struct result){.kind = (enum record_kind)kind, .required = kind != RECORD_DMARC, .verdict = VERDICT_OK};
    result[RECORD_DKIM_ED25519] = (struct result){.kind = RECORD_DKIM_ED25519};
    result[RECORD_DKIM].verdict = dkim;
    result[RECORD_DKIM].found = (const char **)(uintptr_t)found;
    result[RECORD_DKIM].found_count = 1;
    if (dkim != VERDICT_OK)
        result[RECORD_DKIM].findings = FINDING_BIT(FINDING_NXDOMAIN) | FINDING_BIT(FINDING_AT_APEX);
    info.id = uuid_new();
    info.ms = 12;
    const struct store_check check = {.domain = &domain, .result = result, .observations = "{}"};
    int rc =
        store_check_write(by, account_id, &check, &info, &(struct store_actor){.addr = "192.0.2.7"}, written, failed);
    *after = info.status_after;
    return rc;
}

static enum status write_check(struct uuid domain, enum trigger trigger, int64_t at, enum verdict dkim)
{
    enum store_check_written written;
    enum status after;
    OK(write_as(store, account, domain, (struct check_info){.trigger = trigger, .at = at}, dkim, &written, &after,
                &err));
    assert_in_range(written, STORE_CHECK_KEPT, STORE_CHECK_APPLIED);
    return after;
}

static void checks(void **state)
{
    (void)state;
    struct domain_detail *detail;
    OK(domain_find(worker, pool, account, "bakker.nl", &detail, &err));
    struct uuid id = detail->domain.id;
    int64_t now = clock_wall_ms();
    assert_int_equal(write_check(id, TRIGGER_NIGHTLY, now, VERDICT_MISSING), STATUS_PENDING);
    detail = get(account, id);
    assert_true(detail->checked);
    assert_int_equal(detail->last.trigger, TRIGGER_NIGHTLY);
    assert_int_equal(detail->result[RECORD_DKIM].verdict, VERDICT_MISSING);
    assert_true(detail->result[RECORD_DKIM].findings == (FINDING_BIT(FINDING_NXDOMAIN) | FINDING_BIT(FINDING_AT_APEX)));
    assert_int_equal(detail->result[RECORD_DKIM].found_count, 1);
    assert_int_equal(detail->domain.records_ok, 2);
    assert_int_equal(write_check(id, TRIGGER_MANUAL, now + 1000, VERDICT_OK), STATUS_VERIFIED);
    /* One that began earlier and ends later changes nothing. */
    assert_int_equal(write_check(id, TRIGGER_MANUAL, now + 500, VERDICT_MISSING), STATUS_VERIFIED);
    detail = get(account, id);
    assert_int_equal(detail->domain.status, STATUS_VERIFIED);
    assert_int_equal(detail->domain.verified_at, now + 1000);
    assert_int_equal(detail->last.at, now + 1000);
    assert_int_equal(list(NULL, NULL, NULL, 1).of_status[STATUS_VERIFIED], 1);
    assert_int_equal(list(NULL, NULL, NULL, 1).of_status[STATUS_PENDING], 5);
    assert_int_equal(write_check(id, TRIGGER_CLI, now + 2000, VERDICT_UNKNOWN), STATUS_VERIFIED);
    assert_int_equal(write_check(id, TRIGGER_CLI, now + 3000, VERDICT_WRONG), STATUS_LOST);
    assert_int_equal(list(NULL, NULL, NULL, 1).of_status[STATUS_LOST], 1);
    detail = get(account, id);
    assert_int_equal(detail->event[0].action, ACTION_LOST);
    assert_int_equal(detail->event[1].action, ACTION_CHECKED);
    for (int i = 0; i < 60; i++)
        write_check(id, TRIGGER_CLI, now + 4000 + i, VERDICT_OK);
    struct rows rows;
    OK(query_again(store, pool, SQL_CHECK_NEWEST, QUERY_ARGS(arg_uuid(&account), arg_uuid(&id), arg_int(1000)), &rows,
                   NULL, &err));
    assert_int_equal(rows.count, CHECKS_KEPT + 3); /* and the three that changed the status */
    assert_int_equal(CELL(rows_row(&rows, CHECKS_KEPT - 1), CHECK_NEWEST, AT)->i, now + 4010);
    assert_int_equal(get(account, id)->event_count, EVENTS_SHOWN);
    /* Another account's check of it finds nothing. */
    enum store_check_written written;
    enum status after;
    const struct check_info manual = {.trigger = TRIGGER_MANUAL, .at = now + 9000};
    OK(write_as(store, other, id, manual, VERDICT_OK, &written, &after, &err));
    assert_int_equal(written, STORE_CHECK_NO_DOMAIN);
    /* The sweep does not touch what is verified. */
    const struct check_info nightly = {.trigger = TRIGGER_NIGHTLY, .at = now + 9000};
    OK(write_as(store, account, id, nightly, VERDICT_MISSING, &written, &after, &err));
    assert_int_equal(written, STORE_CHECK_DROPPED);
    assert_int_equal(after, STATUS_VERIFIED);
}

static void json(void **state)
{
    (void)state;
    struct domain_detail *detail;
    struct buf out;
    buf_init(&out, 65536);
    OK(domain_find(worker, pool, account, "xn--bcher-kva.nl", &detail, &err));
    domain_json(&out, detail, NULL);
    assert_non_null(strstr(out.data, "\"name\":\"xn--bcher-kva.nl\",\"unicode\":\"b\xc3\xbc"
                                     "cher.nl\",\"status\":\"pending\",\"created_at\":\"2"));
    assert_non_null(strstr(
        out.data, "Z\",\"verified_at\":null,\"checked_at\":null,\"records\":[{\"record\":\"dkim\",\"host\":\"vm"));
    assert_non_null(strstr(out.data, "\"required\":true,\"verdict\":\"unknown\",\"findings\":[],\"found\":[]}"));
    buf_reset(&out);
    struct domain_list page = list(NULL, NULL, NULL, 100);
    domain_list_json(&out, &page, true, true);
    assert_int_equal(out.data[0], '[');
    assert_string_equal(out.data + out.len - 3, "\n]\n");
    buf_free(&out);
}

static void deleting(void **state)
{
    (void)state;
    struct domain_detail *detail;
    bool found;
    OK(domain_find(worker, pool, account, "bakker.nl", &detail, &err));
    const struct actor stranger = admin_of(other), owner = admin_of(account);
    OK(domain_delete(worker, &stranger, detail->domain.id, &found, &err));
    assert_false(found);
    OK(domain_delete(worker, &owner, detail->domain.id, &found, &err));
    assert_true(found);
    OK(domain_delete(worker, &owner, detail->domain.id, &found, &err));
    assert_false(found);
    assert_null(get(account, detail->domain.id));
    assert_int_equal(list(NULL, NULL, NULL, 1).of_status[STATUS_VERIFIED], 0);
    /* Its selector is never given out again, not even to another account. */
    struct domain again = detail->domain;
    enum store_added added;
    again.id = uuid_new();
    OK(store_domain_add(store, other,
                        &(struct store_new_domain){.domain = &again, .private_pem = "-----BEGIN PRIVATE KEY-----"},
                        &(struct store_actor){.addr = ""}, &added, &err));
    assert_int_equal(added, STORE_SELECTOR_TAKEN);
    struct domain_add anew = add(account, "bakker.nl");
    assert_int_equal(anew.what, DOMAIN_ADDED);
    assert_string_not_equal(get(account, anew.id)->domain.selector, detail->domain.selector);
}

static void what_is_no_key_does_not_get_in(void **state)
{
    (void)state;
    struct domain domain = {.id = uuid_new(),
                            .account_id = account,
                            .name = {"sleutel.nl", "sleutel.nl"},
                            .created_at = 1,
                            .selector = "vmaaaaaaaa",
                            .public_b64 = "MIIB",
                            .return_path_label = "bounce",
                            .return_path_target = "x.nl"};
    enum store_added added;
    assert_int_equal(
        store_domain_add(store, account,
                         &(struct store_new_domain){.domain = &domain, .private_pem = "geheim: geen sleutel"},
                         &(struct store_actor){.addr = ""}, &added, &err),
        ERR_FAULT);
    assert_null(strstr(err.text, "geheim")); /* and is not in the log */
    assert_null(get(account, domain.id));
}

/* A killed connection is made anew, and statements are prepared again: for a read, for a transaction, and for a lost
 * session. */
static void lost_connections(void **state)
{
    (void)state;
    struct domain_list rows;
    const struct domain_filter filter = {.page_size = 10};
    const struct domain_place first = {.name = ""};
    OK(store_domain_page(store, pool, account, &filter, &first, &rows, &err));
    size_t count = rows.count;
    char kill[64];
    struct store *owner = store_new(
        &(struct store_login){.socket = conf->db_socket, .schema = conf->db_name, .user = "root", .password = ""});
    for (int i = 0; i < 3; i++) {
        snprintf(kill, sizeof(kill), "KILL %lu", mysql_thread_id(store->mysql));
        OK(query_text(owner, kill, &err));
        if (i == 0) {
            OK(store_domain_page(store, pool, account, &filter, &first, &rows, &err));
            assert_int_equal(rows.count, count);
        } else {
            write_check(rows.domain[0].id, TRIGGER_CLI, clock_wall_ms() + i, VERDICT_MISSING);
        }
    }
    store_free(&owner);
}

/* The server itself is not strict here (test_store.py): the connection is, so a value that does not fit is refused, not
 * truncated. */
static void what_does_not_fit(void **state)
{
    (void)state;
    char name[300] = "";
    struct store *root = store_new(
        &(struct store_login){.socket = conf->db_socket, .schema = conf->db_name, .user = "root", .password = ""});
    memset(name, 'n', sizeof(name) - 1);
    assert_int_equal(store_account_add(root, uuid_new(), name, clock_wall_ms(), &err), ERR_FAULT);
    assert_non_null(strstr(err.text, "too long"));
    store_free(&root);
}

/* Two threads check and delete-and-add on the same account: no error, and the counts are what is there. */
static void *check_often(void *arg)
{
    const struct domain *domain = arg;
    struct store *mine = store_new(&store->login);
    struct err failed = {0};
    intptr_t failures = 0;
    for (int i = 0; i < 60; i++) {
        const struct check_info info = {.trigger = TRIGGER_CLI, .at = clock_wall_ms()};
        enum store_check_written written;
        enum status after;
        if (write_as(mine, account, domain->id, info, i % 2 ? VERDICT_OK : VERDICT_MISSING, &written, &after,
                     &failed)) {
            print_error("%s\n", failed.text);
            failures++;
        }
    }
    store_free(&mine);
    return (void *)failures;
}

static void many_at_once(void **state)
{
    (void)state;
    pthread_t thread[4];
    struct domain_list page = list(NULL, NULL, NULL, 10);
    for (size_t i = 0; i < ARRAY_LEN(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, check_often, &page.domain[i % 2]), 0);
    for (size_t i = 0; i < ARRAY_LEN(thread); i++) {
        void *failures;
        pthread_join(thread[i], &failures);
        assert_null(failures);
    }
    page = list(NULL, NULL, NULL, 100);
    int64_t counted[STATUS_COUNT] = {0};
    for (size_t i = 0; i < page.count; i++)
        counted[page.domain[i].status]++;
    for (size_t i = 0; i < STATUS_COUNT; i++)
        assert_int_equal(counted[i], page.of_status[i]);
}

/* With the session's: two round trips for the overview, three for a domain (itself, its newest events), once statements
 * are prepared. */
static void round_trips(void **state)
{
    (void)state;
    struct domain_list rows;
    struct domain_detail *detail;
    const struct domain_filter filter = {.page_size = 50};
    const struct domain_place first = {.name = ""};
    OK(store_domain_page(store, pool, account, &filter, &first, &rows, &err));
    OK(store_domain_get(store, pool, account, rows.domain[0].id, EVENTS_SHOWN, &detail, &err));
    int64_t before = store_round_trips(store);
    OK(store_domain_page(store, pool, account, &filter, &first, &rows, &err));
    assert_int_equal(store_round_trips(store) - before, 1);
    OK(store_domain_get(store, pool, account, rows.domain[0].id, EVENTS_SHOWN, &detail, &err));
    assert_int_equal(store_round_trips(store) - before, 3);
}

static int start(void **state)
{
    (void)state;
    conf = conf_load(conf_path(NULL), &err);
    if (!conf || app_new(conf, &app, &err))
        return print_error("%s\n", err.text), 1;
    worker = worker_new(app, WORKER_WEB);
    pool = pool_new();
    static char *password;
    password = conf_read_secret(conf->db_password_file, &err);
    store = store_new(&(struct store_login){
        .socket = conf->db_socket, .schema = conf->db_name, .user = conf->db_user, .password = password});
    return worker_ping(worker, &err) ? (print_error("%s\n", err.text), 1) : 0;
}

static int stop(void **state)
{
    (void)state;
    free((char *)(uintptr_t)store->login.password);
    store_free(&store);
    worker_free(&worker);
    app_free(&app);
    conf_free(&conf);
    pool_free(&pool);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_and_users),
        cmocka_unit_test(sessions),
        cmocka_unit_test(login_is_limited),
        cmocka_unit_test(limits_fill_and_empty),
        cmocka_unit_test(adding),
        cmocka_unit_test(overview),
        cmocka_unit_test(checks),
        cmocka_unit_test(json),
        cmocka_unit_test(deleting),
        cmocka_unit_test(what_is_no_key_does_not_get_in),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(lost_connections),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(round_trips),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
