/* Counts, thread by thread, how often the allocator is called; preloaded by soak.py. Linux with glibc. */
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t many, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *old);

enum { THREADS = 1024, NO_MEMORY = 12 };

static struct {
    atomic_long thread;
    atomic_ulong calls;
} counted[THREADS];
static atomic_int used;
/* In the thread's own block from the beginning, since to fetch it must not allocate. */
static __thread int mine __attribute__((tls_model("initial-exec"))) = -1;

static void count(void) {
    if (mine < 0) {
        mine = atomic_fetch_add(&used, 1);
        if (mine >= THREADS) {
            mine = THREADS - 1;
        }
        counted[mine].thread = syscall(SYS_gettid);
    }
    counted[mine].calls++;
}

/* Calls of a thread so far; threads that have ended may have had the same number. */
unsigned long allocator_calls(long thread) {
    unsigned long calls = 0;
    for (int i = 0; i < used && i < THREADS; i++) {
        if (counted[i].thread == thread) {
            calls += counted[i].calls;
        }
    }
    return calls;
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t many, size_t size) {
    count();
    return __libc_calloc(many, size);
}

void *realloc(void *old, size_t size) {
    count();
    return __libc_realloc(old, size);
}

void *memalign(size_t align, size_t size) {
    count();
    return __libc_memalign(align, size);
}

void *aligned_alloc(size_t align, size_t size) {
    return memalign(align, size);
}

int posix_memalign(void **out, size_t align, size_t size) {
    *out = memalign(align, size);
    return *out ? 0 : NO_MEMORY;
}

void free(void *old) {
    count();
    __libc_free(old);
}
