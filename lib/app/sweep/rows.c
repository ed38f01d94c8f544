/*
 * The rows of a sweep: their queues, and how each ends: counted in its batch and in the run; the last row of a page
 * frees it.
 */
#include "base/base.h"

#include "app/sweep/sweep_parts.h"

void sweep_row_push(struct row_queue *queue, struct row *row)
{
    row->next = NULL;
    if (queue->last)
        queue->last->next = row;
    else
        queue->first = row;
    queue->last = row;
    queue->count++;
}

struct row *sweep_row_pop(struct row_queue *queue)
{
    struct row *row = queue->first;
    if (!row)
        return NULL;
    queue->first = row->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    return row;
}

static void count_row(struct sweep_counts *counts, enum row_outcome outcome, finding_set findings)
{
    if (outcome == ROW_GONE)
        return;
    counts->looked_at++;
    counts->pending += outcome == ROW_PENDING;
    counts->unknown += outcome == ROW_UNKNOWN || outcome == ROW_FAILED;
    counts->verified += outcome == ROW_VERIFIED;
    for (int i = 0; findings; i++, findings >>= 1)
        counts->finding[i] += findings & 1;
}

/* The page struct is allocated in its own pool. */
void sweep_page_free(struct sweep *sweep, struct page *page)
{
    struct pool *pool = page->pool;
    if (page->newer)
        page->newer->older = page->older;
    else
        sweep->pages = page->older;
    if (page->older)
        page->older->newer = page->newer;
    pool_free(&pool);
}

void sweep_row_end(struct sweep *sweep, struct row *row, enum row_outcome outcome, finding_set findings)
{
    struct page *page = row->page;
    pthread_mutex_lock(&sweep->lock);
    if (outcome == ROW_FAILED) {
        page->batch->failed = true;
        sweep->failed++;
    }
    count_row(&page->batch->counts, outcome, findings);
    count_row(&sweep->counts, outcome, findings);
    if (++page->ended == page->count) {
        if (--page->batch->pages == 0)
            pthread_cond_signal(&sweep->producer_wakes);
        sweep_page_free(sweep, page);
    }
    pthread_mutex_unlock(&sweep->lock);
}
