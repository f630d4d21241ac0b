#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the child tells the parent; shared memory, because vfork stops the parent until exec or exit.
struct report {
    volatile int stage;
    volatile int error;
};

__attribute__((noreturn)) static void fail(struct report *report, int stage) {
    report->error = errno ? errno : EINVAL;
    report->stage = stage;
    _exit(127);
}

static void close_from_four(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 4U, ~0U, 0U) == 0) return;
#endif
    for (int descriptor = 4; descriptor < 65536; descriptor++) close(descriptor);
}

static int limit(int resource, unsigned long long value) {
    if (value == 0) return 0;
    struct rlimit old;
    if (getrlimit(resource, &old) != 0) return -1;
    rlim_t wanted = (rlim_t)value;
    if (old.rlim_max != RLIM_INFINITY && wanted > old.rlim_max) wanted = old.rlim_max;
    struct rlimit limits = {wanted, wanted};
    return setrlimit(resource, &limits);
}

__attribute__((noreturn)) static void become(
    const struct assay_spawn_options *options, pid_t parent, struct report *report) {
    errno = 0;
    if (setsid() < 0) fail(report, ASSAY_SPAWN_SESSION);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) fail(report, ASSAY_SPAWN_SESSION);
    umask(022);

    // Moved out of the way first: one of them may already be 0, 1, 2 or 3.
    const int given[] = {options->input, options->output, options->error, options->report};
    int moved[4];
    for (int target = 0; target < 4; target++) {
        moved[target] = fcntl(given[target], F_DUPFD, 4);
        if (moved[target] < 0) fail(report, ASSAY_SPAWN_DESCRIPTORS);
    }
    for (int target = 0; target < 4; target++) {
        if (dup2(moved[target], target) < 0) fail(report, ASSAY_SPAWN_DESCRIPTORS);
    }
    close_from_four();

    struct rlimit no_core = {0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0) fail(report, ASSAY_SPAWN_LIMITS);
    if (limit(RLIMIT_FSIZE, options->maximum_file_bytes) != 0) fail(report, ASSAY_SPAWN_LIMITS);
    if (limit(RLIMIT_AS, options->maximum_address_bytes) != 0) fail(report, ASSAY_SPAWN_LIMITS);
    if (limit(RLIMIT_NOFILE, options->maximum_open_files) != 0) fail(report, ASSAY_SPAWN_LIMITS);

    if (chdir(options->directory) != 0) fail(report, ASSAY_SPAWN_DIRECTORY);

    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    // What the reaper waits for must not reach it before it does.
    sigset_t watched;
    sigemptyset(&watched);
    for (size_t i = 0; i < sizeof assay_reaper_signals / sizeof *assay_reaper_signals; i++)
        sigaddset(&watched, assay_reaper_signals[i]);
    sigprocmask(SIG_SETMASK, &watched, NULL);

    execve(options->program, options->arguments, options->environment);
    fail(report, ASSAY_SPAWN_EXEC);
}

int assay_spawn(const struct assay_spawn_options *options, pid_t *child, int *stage) {
    struct report report = {0, 0};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = vfork();
    if (pid == 0) become(options, parent, &report);
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        *stage = ASSAY_SPAWN_FORK;
        return fork_error;
    }
    if (report.stage != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        *stage = report.stage;
        return report.error;
    }
    *child = pid;
    return 0;
}

int assay_pidfd(pid_t child) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, child, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}

int assay_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int assay_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int assay_exit_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
