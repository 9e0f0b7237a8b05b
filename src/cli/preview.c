/*
 * preview - what the threads of `tessera serve` share.
 */
#include "cli/preview.h"

#include <errno.h>

/* Messages of one build; a person reads the first few. */
#define MESSAGES_MAX ((size_t)16 << 20)

void
tsr_preview_init(struct tsr_preview *preview)
{
	pthread_condattr_t attr;

	memset(preview, 0, sizeof(*preview));
	tsr_buf_init(&preview->messages, MESSAGES_MAX);
	pthread_mutex_init(&preview->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&preview->changed, &attr);
	pthread_condattr_destroy(&attr);
}

static void
site_free(struct tsr_preview_site *site)
{
	struct tsr_arena arena = site->arena;

	tsr_release_close(&site->release);
	tsr_arena_free(&arena);
}

struct tsr_preview_site *
tsr_preview_site_new(void)
{
	struct tsr_arena arena;
	struct tsr_preview_site *site;

	tsr_arena_init(&arena);
	site = TSR_NEW(&arena, struct tsr_preview_site);
	site->arena = arena;
	site->users = 1;
	return site;
}

void
tsr_preview_leave(struct tsr_preview *preview, struct tsr_preview_site *site)
{
	bool last;

	if (site == NULL)
		return;
	pthread_mutex_lock(&preview->lock);
	last = --site->users == 0;
	pthread_mutex_unlock(&preview->lock);
	if (last)
		site_free(site);
}

void
tsr_preview_put(struct tsr_preview *preview, struct tsr_preview_site *site,
    const struct tsr_preview_news *news, struct tsr_span messages)
{
	struct tsr_preview_site *old = NULL;

	pthread_mutex_lock(&preview->lock);
	if (site != NULL) {
		old = preview->site;
		preview->site = site;
	}
	preview->news.generation++;
	preview->news.errors = news->errors;
	preview->news.warnings = news->warnings;
	if (site != NULL)
		memcpy(preview->news.id, site->id, sizeof(site->id));
	tsr_buf_clear(&preview->messages);
	tsr_buf_add(&preview->messages, messages);
	pthread_cond_broadcast(&preview->changed);
	pthread_mutex_unlock(&preview->lock);
	tsr_preview_leave(preview, old);
}

struct tsr_preview_site *
tsr_preview_enter(struct tsr_preview *preview)
{
	struct tsr_preview_site *site;

	pthread_mutex_lock(&preview->lock);
	site = preview->site;
	if (site != NULL)
		site->users++;
	pthread_mutex_unlock(&preview->lock);
	return site;
}

void
tsr_preview_look(struct tsr_preview_news *news, struct tsr_buf *messages,
    struct tsr_preview *preview)
{
	pthread_mutex_lock(&preview->lock);
	*news = preview->news;
	if (messages != NULL)
		tsr_buf_add(messages, tsr_buf_view(&preview->messages));
	pthread_mutex_unlock(&preview->lock);
}

bool
tsr_preview_wait(struct tsr_preview_news *news, struct tsr_preview *preview,
    uint64_t generation, unsigned ms)
{
	struct timespec end;
	bool going;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += (long)(ms % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&preview->lock);
	while (!preview->stopping && err != ETIMEDOUT &&
	    preview->news.generation == generation)
		err = pthread_cond_timedwait(
		    &preview->changed, &preview->lock, &end);
	*news = preview->news;
	going = !preview->stopping;
	pthread_mutex_unlock(&preview->lock);
	return going;
}

void
tsr_preview_stop(struct tsr_preview *preview)
{
	pthread_mutex_lock(&preview->lock);
	preview->stopping = true;
	pthread_cond_broadcast(&preview->changed);
	pthread_mutex_unlock(&preview->lock);
}

void
tsr_preview_free(struct tsr_preview *preview)
{
	tsr_preview_leave(preview, preview->site);
	tsr_buf_free(&preview->messages);
	pthread_cond_destroy(&preview->changed);
	pthread_mutex_destroy(&preview->lock);
}
