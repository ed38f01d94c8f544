/*
 * One check without a database: the questions, the resolution and the verdicts, as JSON on stdout, and what they would
 * make of a domain that is verified. For tests from packets to status, and for the bench. Not installed.
 * Knows no pages and no store. usage: verdicts [-r ADDR@PORT]… [-p PORT] [-d DEADLINE_MS] [-P] [-n REPEAT] DOMAIN
 * SELECTOR PUBLIC_B64 RETURN_PATH_TARGET -n: the JSON is of the last check; "each_us" has how long each took, "cpu_us"
 * the processor time of all together.
 */
#include "base/base.h"

#include <jansson.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "dns/dns.h"
#include "mailauth/evaluation.h"
#include "model/check.h"

struct options {
    struct conf conf;
    long repeat;
};

static void add_resolver(struct conf *conf, const char *text)
{
    struct conf_resolver *r = &conf->dns_resolvers[conf->dns_resolver_count++];
    const char *at = strchr(text, '@');

    snprintf(r->addr, sizeof(r->addr), "%.*s", at ? (int)(at - text) : (int)strlen(text), text);
    r->port = (uint16_t)(at ? strtol(at + 1, NULL, 10) : 53);
}

static void read_options(int argc, char **argv, struct options *out)
{
    int c;

    *out = (struct options){.conf = {.dns_authoritative_port = 53, .dns_deadline_ms = 5000}, .repeat = 1};
    while ((c = getopt(argc, argv, "r:p:d:Pn:")) != -1) {
        switch (c) {
        case 'r':
            add_resolver(&out->conf, optarg);
            break;
        case 'p':
            out->conf.dns_authoritative_port = (int)strtol(optarg, NULL, 10);
            break;
        case 'd':
            out->conf.dns_deadline_ms = (int)strtol(optarg, NULL, 10);
            break;
        case 'P':
            out->conf.dns_allow_private = true;
            break;
        case 'n':
            out->repeat = strtol(optarg, NULL, 10);
            break;
        default:
            exit(2);
        }
    }
    if (argc - optind != 4) {
        fprintf(
            stderr,
            "usage: verdicts [-r ADDR@PORT] [-p PORT] [-d MS] [-P] [-n REPEAT] DOMAIN SELECTOR PUBLIC_B64 RETURN_PATH_TARGET\n");
        exit(2);
    }
}

static void domain_of(char **arg, struct domain *out)
{
    *out = (struct domain){
        .status = STATUS_VERIFIED, .public_b64 = arg[2], .return_path_label = "bounce", .return_path_target = arg[3]};
    snprintf(out->name.ascii, sizeof(out->name.ascii), "%s", arg[0]);
    snprintf(out->selector, sizeof(out->selector), "%s", arg[1]);
}

/* --- as JSON --- */

static json_t *result_json(const struct result *r, int64_t now)
{
    json_t *findings = json_array(), *found = json_array();

    for (int f = 0; f < FINDING_COUNT; f++) {
        if (r->findings & FINDING_BIT(f)) {
            json_array_append_new(findings, json_string(finding_word((enum finding)f)));
        }
    }
    for (size_t i = 0; i < r->found_count; i++) {
        json_array_append_new(found, json_string(r->found[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:s?, s:i, s:i, s:I}", "verdict", verdict_word(r->verdict), "findings", findings,
                     "found", found, "where", r->where, "right", r->servers_right, "asked", r->servers_asked,
                     "old_in_ms", (json_int_t)(r->old_until ? r->old_until - now : 0));
}

static json_t *servers_json(const struct observations *observations)
{
    json_t *out = json_array();

    for (size_t i = 0; i < observations->server_count; i++) {
        const struct server *s = &observations->servers[i];
        json_t *outcomes = json_object();

        for (size_t k = 0; k < observations->observed_count; k++) {
            const struct observation *o = &observations->observed[k];
            const char *word = outcome_word(o->outcome);

            if (o->server == (int)i) {
                json_object_set_new(outcomes, word,
                                    json_integer(json_integer_value(json_object_get(outcomes, word)) + 1));
            }
        }
        json_array_append_new(out, json_pack("{s:s, s:s, s:b, s:b, s:o}", "name", s->name, "addr", s->addr, "recursive",
                                             s->recursive, "barred", s->barred, "outcomes", outcomes));
    }
    return out;
}

static json_t *questions_json(const struct observations *observations)
{
    json_t *out = json_array();

    for (size_t i = 0; i < observations->question_count; i++) {
        json_array_append_new(
            out, json_pack("[s, i]", observations->questions[i].name, (int)observations->questions[i].type));
    }
    return out;
}

static json_t *check_json(const struct observations *observations, const struct result *result, int64_t now)
{
    static const char *const states[] = {[ZONE_FOUND] = "found", [ZONE_ABSENT] = "absent", [ZONE_UNKNOWN] = "unknown"};
    json_t *out = json_object();

    for (int k = 0; k < RECORD_COUNT; k++)
        json_object_set_new(out, record_word((enum record_kind)k), result_json(&result[k], now));
    json_object_set_new(out, "status",
                        json_string(status_word(status_after(STATUS_VERIFIED, TRIGGER_MANUAL, check_summary(result)))));
    json_object_set_new(out, "zone_state", json_string(states[observations->zone_state]));
    json_object_set_new(out, "zone", json_string(observations->zone));
    json_object_set_new(out, "ms", json_integer(observations->ms));
    json_object_set_new(out, "questions", questions_json(observations));
    json_object_set_new(out, "servers", servers_json(observations));
    return out;
}

/* --- the checks --- */

static int64_t cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * (int64_t)1000000 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

/* One check in pool; its JSON in *out if that is not NULL. */
static int check_once(struct dns *dns, struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                      json_t **out, struct err *err)
{
    struct result result[RECORD_COUNT];
    struct observations observations;
    struct question *question;
    size_t count;
    int64_t now;
    int rc;

    check_questions(pool, rules, domain, &question, &count);
    rc = dns_observe(dns, pool, domain->name.ascii, question, count, &observations, err);
    if (rc == 0) {
        now = clock_wall_ms();
        check_evaluate(pool, rules, domain, &observations, now, result);
        if (out) {
            *out = check_json(&observations, result, now);
        }
    }
    return rc;
}

static int checks_do(const struct options *options, const struct domain *domain, struct err *err)
{
    struct name_rules *rules = name_rules_new("volmacht.example");
    struct dns *dns = dns_new(&options->conf);
    struct pool *pool = pool_new();
    json_t *out = NULL, *each = json_array();
    int64_t cpu = cpu_us();
    int rc = 0;

    for (long i = 0; i < options->repeat && rc == 0; i++) {
        int64_t start = clock_mono_us();

        pool_clear(pool);
        rc = check_once(dns, pool, rules, domain, i + 1 == options->repeat ? &out : NULL, err);
        json_array_append_new(each, json_integer(clock_mono_us() - start));
    }
    if (rc == 0 && out) {
        json_object_set(out, "each_us", each);
        json_object_set_new(out, "cpu_us", json_integer(cpu_us() - cpu));
        json_dumpf(out, stdout, JSON_COMPACT);
        puts("");
    }
    json_decref(out);
    json_decref(each);
    pool_free(&pool);
    dns_free(&dns);
    name_rules_free(&rules);
    return rc;
}

int main(int argc, char **argv)
{
    struct options options;
    struct domain domain;
    struct err err = {0};
    int rc;

    read_options(argc, argv, &options);
    domain_of(argv + optind, &domain);
    rc = checks_do(&options, &domain, &err);
    if (rc != 0) {
        fprintf(stderr, "verdicts: %s\n", err.text);
    }
    return rc == 0 ? 0 : 1;
}
