/* The table of DNS providers: known by their servers' names, none twice, enough of them, and every one's habits told in
 * both languages. */
#include "unit.h"

#include "app/check/finding_text.h"
#include "mailauth/dns_provider.h"
#include "model/check.h"

static void servers(void **state)
{
    static const char *const known[][2] = {
        {"ns0.transip.net", "transip"},
        {"NS1.TransIP.nl.", "transip"},
        {"nszero1.axc.nl", "versio"},
        {"ns1.hostnet.nl", "hostnet"},
        {"ns1.webhostingserver.nl", "antagonist"},
        {"ns1.mijndomein.nl", "mijndomein"},
        {"ns1.neostrada.nl", "neostrada"},
        {"ns.zxcs.nl", "vimexx"},
        {"ns3.combell.net", "combell"},
        {"ns01.one.com", "onecom"},
        {"docks01.rzone.de", "strato"},
        {"ns43.domaincontrol.com", "godaddy"},
        {"dns1.registrar-servers.com", "namecheap"},
        {"ns-1071.awsdns-05.org", "route53"},
        {"ns-2003.awsdns-58.co.uk", "route53"},
        {"ns1-04.azure-dns.com", "azure"},
        {"ns-cloud-a1.googledomains.com", "google"},
        {"ns-111-a.gandi.net", "gandi"},
        {"dns105.ovh.net", "ovh"},
        {"hydrogen.ns.hetzner.com", "hetzner"},
        {"ns1.digitalocean.com", "digitalocean"},
        {"ns1074.ui-dns.biz", "ionos"},
        {"dana.ns.cloudflare.com", "cloudflare"},
        {"ns1.squarespacedns.com", "squarespace"},
        {"ns10.wixdns.net", "wix"},
        {"ns1.shopify.com", "shopify"},
    };
    static const char *const unknown[] = {"",
                                          ".",
                                          "ns1.voorbeeld.nl",
                                          "transip.net",
                                          "ns0.transip.net.voorbeeld.nl",
                                          "ns0.nottransip.net",
                                          "awsdns-1.com",
                                          "cloudflare.com",
                                          "*"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct dns_provider *p = dns_provider_by_server(known[i][0]);
        if (!p || strcmp(p->id, known[i][1]) != 0)
            fail_msg("%s is %s", known[i][0], p ? p->id : "unknown");
    }
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        if (dns_provider_by_server(unknown[i]))
            fail_msg("%s is %s", unknown[i], dns_provider_by_server(unknown[i])->id);
}

static void table(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct dns_provider *p; (p = dns_provider_at(count)); count++) {
        assert_ptr_equal(dns_provider_by_id(p->id), p);
        assert_true(strlen(p->name) > 1);
        assert_true(!p->page || strncmp(p->page, "https://", 8) == 0);
    }
    assert_true(count >= 25);
    assert_null(dns_provider_by_id("nobody"));
    assert_null(dns_provider_by_id(""));
}

/* For every provider, finding and language: the advice is whole, and names the provider where a name or value has to be
 * typed. */
static void advice(void **state)
{
    static const enum finding typed[] = {FINDING_NXDOMAIN, FINDING_NAME_DOUBLED, FINDING_AT_APEX, FINDING_TRUNCATED,
                                         FINDING_QUOTED};
    struct domain domain = {.name = {"mail.voorbeeld.nl", "mail.voorbeeld.nl"},
                            .selector = "vm7k2m9qxa",
                            .public_b64 = "MIIB",
                            .return_path_label = "bounce",
                            .return_path_target = "bounce.volmacht.example"};
    struct record record[RECORD_COUNT];
    struct pool *pool = pool_new();
    const struct dns_provider *p;

    (void)state;
    records_of(pool, &domain, record);
    for (size_t i = 0; (p = dns_provider_at(i)); i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            for (size_t f = 0; f < ARRAY_LEN(typed); f++) {
                struct finding_text *e;
                size_t count;
                struct result result = {.kind = RECORD_DKIM,
                                        .required = true,
                                        .verdict = VERDICT_WRONG,
                                        .findings = FINDING_BIT(typed[f]),
                                        .zone = "voorbeeld.nl",
                                        .provider = p->id};
                finding_texts(pool, (enum lang)lang, &domain, &record[RECORD_DKIM], &result, &e, &count);
                assert_int_equal(count, 1);
                assert_null(strchr(e->advice, '{'));
                assert_non_null(strstr(e->advice, p->name));
                if (typed[f] != FINDING_NXDOMAIN)
                    continue;
                /* relative to the zone, not to the domain; or whole */
                bool whole = strstr(e->advice + strcspn(e->advice, ":"), record[RECORD_DKIM].host) != NULL;
                assert_int_equal(whole, p->host != PROVIDER_HOST_RELATIVE);
                assert_non_null(strstr(e->advice, " vm7k2m9qxa._domainkey.mail"));
            }
    pool_free(&pool);
}

/* What is typed at four that differ, word for word. */
static void in_words(void **state)
{
    static const struct {
        const char *provider;
        enum record_kind kind;
        enum finding finding;
        const char *part;
    } cases[] = {
        {"cloudflare", RECORD_RETURN_PATH, FINDING_PROXIED,
         "Bij Cloudflare heet die schakelaar Proxied: zet hem uit voor bounce."},
        {"transip", RECORD_RETURN_PATH, FINDING_WRONG_TARGET,
         "Bij TransIP hoort er een punt achter het doel: rp.volmacht.example. (met de punt)."},
        {"transip", RECORD_DKIM, FINDING_AT_APEX,
         "Bij TransIP staat @ voor voorbeeld.nl zelf; typ dus s._domainkey in plaats van @."},
        {"route53", RECORD_DKIM, FINDING_QUOTED, "Bij Amazon Route 53 staat de waarde tussen gewone aanhalingstekens"},
        {"versio", RECORD_DKIM, FINDING_TRUNCATED,
         "Bij Versio plak je de waarde in één keer, zonder aanhalingstekens."},
        {"he", RECORD_DKIM, FINDING_NXDOMAIN,
         "typ daar de hele naam, s._domainkey.voorbeeld.nl. Het lage streepje (_) hoort erbij."},
    };
    struct domain domain = {.name = {"voorbeeld.nl", "voorbeeld.nl"},
                            .selector = "s",
                            .public_b64 = "MIIB",
                            .return_path_label = "bounce",
                            .return_path_target = "rp.volmacht.example"};
    struct record record[RECORD_COUNT];
    struct pool *pool = pool_new();

    (void)state;
    records_of(pool, &domain, record);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct finding_text *e;
        size_t count;
        struct result result = {.kind = cases[i].kind,
                                .verdict = VERDICT_WRONG,
                                .findings = FINDING_BIT(cases[i].finding),
                                .where = "elders.example",
                                .zone = "voorbeeld.nl",
                                .provider = cases[i].provider};
        finding_texts(pool, LANG_NL, &domain, &record[cases[i].kind], &result, &e, &count);
        if (!strstr(e->advice, cases[i].part))
            fail_msg("%s: %s", cases[i].provider, e->advice);
    }
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(servers), cmocka_unit_test(table), cmocka_unit_test(advice),
                                       cmocka_unit_test(in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
