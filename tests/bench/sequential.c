/*
 * What a check would cost as a straight program: each question to each server after the one before it has been
 * answered, by ldns_resolver. Reads lines "ADDR PORT RD NAME TYPE" (RD: 1 or 0) on stdin; prints how long all took, the
 * processor time, and the number of answers. Evaluates nothing. For tests/bench/check.
 */
#include "base/base.h"

#include <ldns/ldns.h>
#include <sys/resource.h>

#include "base/clock.h"

static int64_t cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * (int64_t)1000000 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static ldns_resolver *resolver_for(const char *addr, uint16_t port)
{
    ldns_resolver *resolver = ldns_resolver_new();
    ldns_rdf *address = ldns_rdf_new_frm_str(LDNS_RDF_TYPE_A, addr);

    if (!resolver || !address || ldns_resolver_push_nameserver(resolver, address) != LDNS_STATUS_OK) {
        fprintf(stderr, "sequential: no server %s\n", addr);
        exit(1);
    }
    ldns_rdf_deep_free(address);
    ldns_resolver_set_port(resolver, port);
    ldns_resolver_set_edns_udp_size(resolver, 1232);
    ldns_resolver_set_retry(resolver, 2);
    return resolver;
}

/* One question; 1 if it was answered. */
static int ask(ldns_resolver *resolver, const char *name, const char *type, bool rd)
{
    ldns_rdf *owner = ldns_dname_new_frm_str(name);
    ldns_pkt *answer = NULL;
    int came;

    came = owner && ldns_resolver_query_status(&answer, resolver, owner, ldns_get_rr_type_by_name(type),
                                               LDNS_RR_CLASS_IN, rd ? LDNS_RD : 0) == LDNS_STATUS_OK;
    ldns_pkt_free(answer);
    ldns_rdf_deep_free(owner);
    return came;
}

int main(void)
{
    char addr[46], name[256], type[16], last[46] = "";
    unsigned port, rd, questions = 0, answers = 0;
    ldns_resolver *resolver = NULL;
    int64_t start = clock_mono_us();

    while (scanf("%45s %u %u %255s %15s", addr, &port, &rd, name, type) == 5) {
        if (strcmp(addr, last) != 0) {
            ldns_resolver_deep_free(resolver);
            resolver = resolver_for(addr, (uint16_t)port);
            snprintf(last, sizeof(last), "%s", addr);
        }
        answers += (unsigned)ask(resolver, name, type, rd != 0);
        questions++;
    }
    ldns_resolver_deep_free(resolver);
    printf("{\"us\": %lld, \"cpu_us\": %lld, \"questions\": %u, \"answers\": %u}\n",
           (long long)(clock_mono_us() - start), (long long)cpu_us(), questions, answers);
    return 0;
}
