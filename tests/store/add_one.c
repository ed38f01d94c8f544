/*
 * Adds one domain with a ready-made key to an account and prints what became of it: "added", "exists", "unknown" (the
 * COMMIT's outcome can't be known now) or "failed". For tests that break its connection: it makes no key, so a run
 * takes milliseconds. add_one SOCKET SCHEMA USER PASSWORD ACCOUNT NAME
 */
#include "base/base.h"

#include "base/clock.h"
#include "mailauth/dkim_key.h"
#include "store/domains.h"

int main(int argc, char **argv)
{
    struct err err = {0};
    struct uuid account;
    enum store_added added = STORE_NOT_ADDED;
    if (argc != 7 || !uuid_parse(argv[5], &account) || store_library_init(&err))
        return 2;
    struct store *store =
        store_new(&(struct store_login){.socket = argv[1], .schema = argv[2], .user = argv[3], .password = argv[4]});
    struct domain domain = {.id = uuid_new(),
                            .account_id = account,
                            .created_at = clock_wall_ms(),
                            .public_b64 = "MIIB",
                            .return_path_label = "bounce",
                            .return_path_target = "bounce.mail.volmacht.example"};
    snprintf(domain.name.ascii, sizeof(domain.name.ascii), "%s", argv[6]);
    snprintf(domain.name.unicode, sizeof(domain.name.unicode), "%s", argv[6]);
    dkim_selector_new(domain.selector);
    const struct store_new_domain wanted = {
        .domain = &domain, .private_pem = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"};
    const struct store_actor actor = {.addr = ""};
    int rc = store_domain_add(store, account, &wanted, &actor, &added, &err);
    puts(rc == 0                               ? (added == STORE_ADDED ? "added" : "exists")
         : strstr(err.text, "unknown whether") ? "unknown"
                                               : "failed");
    if (rc != 0)
        fprintf(stderr, "%d %s\n", err.code, err.text);
    store_free(&store);
    store_library_cleanup();
    return 0;
}
