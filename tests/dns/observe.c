/*
 * Prints what dns_observe sees, as JSON on stdout: for tests of the DNS layer and for looking at a domain while
 * developing. Not installed. usage: observe [-a] [-r ADDR@PORT]… [-p PORT] [-d DEADLINE_MS] [-P] [-n REPEAT] [-t
 * THREADS] DOMAIN NAME TYPE [NAME TYPE]… -a: the first question alone by dns_ask; prints its outcome. With -n or -t
 * only the last resolution of the first thread is printed, and the slowest of all on stderr.
 */
#include "base/base.h"

#include <jansson.h>
#include <pthread.h>
#include <unistd.h>

#include "dns/dns.h"

static const struct {
    const char *word;
    enum rr_type type;
} types[] = {{"A", RR_A},     {"NS", RR_NS},     {"CNAME", RR_CNAME}, {"SOA", RR_SOA},
             {"TXT", RR_TXT}, {"AAAA", RR_AAAA}, {"DNAME", RR_DNAME}};

static enum rr_type type_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcasecmp(types[i].word, word) == 0) {
            return types[i].type;
        }
    }
    fprintf(stderr, "observe: no type %s\n", word);
    exit(2);
}

static const char *type_word(enum rr_type type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (types[i].type == type) {
            return types[i].word;
        }
    }
    return "?";
}

static json_t *rr_json(const struct answer_rr *rr)
{
    char *hex = mem_alloc(2 * rr->data_len + 1);
    json_t *out;

    hex[0] = '\0';
    for (size_t i = 0; i < rr->data_len; i++) {
        snprintf(hex + 2 * i, 3, "%02x", rr->data[i]);
    }
    out = json_pack("{s:s, s:i, s:I, s:s?, s:s, s:I}", "owner", rr->owner, "type", rr->type, "ttl", (json_int_t)rr->ttl,
                    "target", rr->target, "data", hex, "first_len", (json_int_t)rr->first_len);
    free(hex);
    return out;
}

static json_t *observation_json(const struct observations *all, const struct observation *o)
{
    const struct question *q = &all->questions[o->question];
    const struct server *s = &all->servers[o->server];
    json_t *rrs = json_array();

    for (size_t i = 0; i < o->rr_count; i++) {
        json_array_append_new(rrs, rr_json(&o->rr[i]));
    }
    return json_pack("{s:s, s:s, s:i, s:s, s:b, s:s, s:i, s:b, s:b, s:i, s:I, s:o}", "name", q->name, "type",
                     type_word(q->type), "server", o->server, "addr", s->addr, "recursive", s->recursive, "outcome",
                     outcome_word(o->outcome), "rcode", o->rcode, "aa", o->aa, "ad", o->ad, "ms", o->ms, "negative_ttl",
                     (json_int_t)o->negative_ttl, "rr", rrs);
}

static void print_all(const struct observations *all)
{
    static const char *const states[] = {[ZONE_FOUND] = "found", [ZONE_ABSENT] = "absent", [ZONE_UNKNOWN] = "unknown"};
    json_t *servers = json_array(), *observed = json_array(), *out;

    for (size_t i = 0; i < all->server_count; i++) {
        const struct server *s = &all->servers[i];

        json_array_append_new(servers, json_pack("{s:s, s:s, s:i, s:b, s:b}", "name", s->name, "addr", s->addr, "port",
                                                 (int)s->port, "recursive", s->recursive, "barred", s->barred));
    }
    for (size_t i = 0; i < all->observed_count; i++) {
        json_array_append_new(observed, observation_json(all, &all->observed[i]));
    }
    out = json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "zone_state", states[all->zone_state], "zone_outcome",
                    outcome_word(all->zone_outcome), "zone", all->zone, "ms", all->ms, "servers", servers, "observed",
                    observed);
    json_dumpf(out, stdout, JSON_COMPACT);
    puts("");
    json_decref(out);
}

static void add_resolver(struct conf *conf, const char *text)
{
    struct conf_resolver *r = &conf->dns_resolvers[conf->dns_resolver_count++];
    const char *at = strchr(text, '@');

    snprintf(r->addr, sizeof(r->addr), "%.*s", at ? (int)(at - text) : (int)strlen(text), text);
    r->port = (uint16_t)(at ? strtol(at + 1, NULL, 10) : 53);
}

/* What one thread does. */
struct work {
    struct conf conf;
    const char *domain;
    struct question *questions;
    size_t count;
    long repeat;
    long threads;
    bool one; /* dns_ask */
};

struct worker {
    const struct work *work;
    bool prints;
    int rc, slowest_ms;
    pthread_t thread;
};

static void *worker_run(void *self)
{
    struct worker *worker = self;
    const struct work *work = worker->work;
    struct pool *pool = pool_new();
    struct dns *dns = dns_new(&work->conf);
    struct observations all;
    struct err err = {0};

    for (long i = 0; i < work->repeat && worker->rc == 0; i++) {
        pool_clear(pool);
        worker->rc = dns_observe(dns, pool, work->domain, work->questions, work->count, &all, &err);
        if (worker->rc == 0 && all.ms > worker->slowest_ms) {
            worker->slowest_ms = all.ms;
        }
    }
    if (worker->rc != 0) {
        fprintf(stderr, "observe: %s\n", err.text);
    } else if (worker->prints) {
        print_all(&all);
    }
    dns_free(&dns);
    pool_free(&pool);
    return NULL;
}

static int work_one(const struct work *work, struct err *err)
{
    struct pool *pool = pool_new();
    struct dns *dns = dns_new(&work->conf);
    struct observation seen;
    int rc = dns_ask(dns, pool, &work->questions[0], &seen, err);

    if (rc == 0) {
        printf("%s\n", outcome_word(seen.outcome));
    }
    dns_free(&dns);
    pool_free(&pool);
    return rc;
}

static int work_do(const struct work *work)
{
    struct worker *worker = mem_alloc((size_t)work->threads * sizeof(*worker));
    int rc = 0, slowest = 0;

    for (long i = 0; i < work->threads; i++) {
        worker[i] = (struct worker){.work = work, .prints = i == 0};
        if (pthread_create(&worker[i].thread, NULL, worker_run, &worker[i]) != 0) {
            abort();
        }
    }
    for (long i = 0; i < work->threads; i++) {
        pthread_join(worker[i].thread, NULL);
        rc = worker[i].rc != 0 ? worker[i].rc : rc;
        slowest = worker[i].slowest_ms > slowest ? worker[i].slowest_ms : slowest;
    }
    if (work->repeat > 1 || work->threads > 1) {
        fprintf(stderr, "slowest %d ms\n", slowest);
    }
    free(worker);
    return rc;
}

static void options(int argc, char **argv, struct work *work)
{
    struct conf *conf = &work->conf;
    int c;

    while ((c = getopt(argc, argv, "ar:p:d:Pn:t:")) != -1) {
        switch (c) {
        case 'a':
            work->one = true;
            break;
        case 'r':
            add_resolver(conf, optarg);
            break;
        case 'p':
            conf->dns_authoritative_port = (int)strtol(optarg, NULL, 10);
            break;
        case 'd':
            conf->dns_deadline_ms = (int)strtol(optarg, NULL, 10);
            break;
        case 'P':
            conf->dns_allow_private = true;
            break;
        case 'n':
            work->repeat = strtol(optarg, NULL, 10);
            break;
        case 't':
            work->threads = strtol(optarg, NULL, 10);
            break;
        default:
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    struct work work = {.conf = {.dns_authoritative_port = 53, .dns_deadline_ms = 5000}, .repeat = 1, .threads = 1};
    struct err err = {0};
    int rc;

    options(argc, argv, &work);
    work.count = argc - optind >= 3 ? (size_t)(argc - optind - 1) / 2 : 0;
    if (work.count == 0) {
        fprintf(
            stderr,
            "usage: observe [-a] [-r ADDR@PORT] [-p PORT] [-d MS] [-P] [-n REPEAT] [-t THREADS] DOMAIN NAME TYPE ...\n");
        return 2;
    }
    work.domain = argv[optind];
    work.questions = mem_alloc(work.count * sizeof(*work.questions));
    for (size_t i = 0; i < work.count; i++) {
        work.questions[i] =
            (struct question){.name = argv[optind + 1 + 2 * (int)i], .type = type_of(argv[optind + 2 + 2 * (int)i])};
    }
    rc = work.one ? work_one(&work, &err) : work_do(&work);
    if (rc != 0 && err.code != 0) {
        fprintf(stderr, "observe: %s\n", err.text);
    }
    free(work.questions);
    return rc == 0 ? 0 : 1;
}
