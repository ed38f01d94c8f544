/*
 * Fuzz target: what a check kept, observations as JSON and details as lines, read back for a page. We wrote it
 * ourselves; a row that somebody changed, or that another version wrote, must still do no harm. The first byte says
 * which of the two it is.
 */
#include "base/base.h"

#include "app/check/observations_codec.h"
#include "base/pool.h"
#include "model/check.h"
#include "store/result_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool holds)
{
    if (!holds)
        abort();
}

static void read_details(struct pool *pool, const char *text)
{
    struct result result[RECORD_COUNT] = {0}, again[RECORD_COUNT] = {0};

    result_details_parse(pool, text, result);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        result[i].kind = (enum record_kind)i;
        for (size_t f = 0; f < result[i].found_count; f++)
            promise(result[i].found[f]);
        promise(!result[i].dmarc || result[i].dmarc->report_count <= REPORT_HOSTS_MAX);
    }
    result_details_parse(pool, result_details_text(pool, result, RECORD_COUNT), again);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        promise(again[i].found_count == result[i].found_count && again[i].servers_asked == result[i].servers_asked);
        promise(again[i].fault == result[i].fault && !again[i].zone == !result[i].zone &&
                !again[i].dmarc == !result[i].dmarc);
    }
}

static void read_observations(struct pool *pool, const char *json)
{
    struct observations observations, again;

    observations_parse(pool, json, &observations);
    for (size_t i = 0; i < observations.observed_count; i++)
        promise(observations.observed[i].question < observations.question_count &&
                (size_t)observations.observed[i].server < observations.server_count);
    observations_parse(pool, observations_json(pool, &observations), &again);
    promise(again.server_count == observations.server_count && again.question_count == observations.question_count &&
            again.observed_count <= observations.observed_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pool *pool = pool_new();

    if (size > 0 && data[0] == 'o')
        read_observations(pool, pool_memdup(pool, (const char *)data + 1, size - 1));
    else if (size > 0)
        read_details(pool, pool_memdup(pool, (const char *)data + 1, size - 1));
    pool_free(&pool);
    return 0;
}
