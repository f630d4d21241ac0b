// Runs one command for the agent and answers for everything it starts: as a child subreaper it inherits what the
// command leaves behind, also when that was forked twice and has a session and an environment of its own.
//
//     assay-reaper PROGRAM ARGUMENT0 ARGUMENT1 …
//
// SIGTERM is handed on to the command's group, SIGUSR1 ends everything at once, SIGHUP comes from the kernel when the
// agent is dead and does the same. After the command's end, whatever is left is killed; then the report goes out on
// descriptor 3 and the reaper ends. It is small on purpose: what a command uses is measured from its size on.
#define _GNU_SOURCE
#include <CSpawn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { report_descriptor = 3, patience_ms = 5000 };

static pid_t command;
static struct assay_child_report report = {.status = -1};

static long long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static long long milliseconds(struct timeval time) { return time.tv_sec * 1000LL + time.tv_usec / 1000; }

__attribute__((noreturn)) static void tell(void) {
    ssize_t written = write(report_descriptor, &report, sizeof report);
    _exit(written == sizeof report ? 0 : 1);
}

static void start(char **arguments) {
    pid_t reaper = getpid();
    volatile int failure = 0;
    command = vfork();
    if (command == 0) {
        // A group of its own to hand signals on to; and it dies even when the reaper is killed.
        if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != reaper) {
            failure = errno ? errno : ECHILD;
            _exit(127);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(arguments[0], arguments + 1, environ);
        failure = errno;
        _exit(127);
    }
    report.error = command < 0 ? errno : failure;
    if (report.error != 0) tell();
}

// Takes in what has died. Returns 0 when there are no children at all any more.
static int reap(void) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t ended = wait4(-1, &status, WNOHANG, &usage);
        if (ended == 0) return 1;
        if (ended < 0 && errno == EINTR) continue;
        if (ended < 0) return 0;
        if (ended != command) continue;
        report.status = status;
        report.cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
        report.maximum_rss_bytes = usage.ru_maxrss * 1024LL;
        report.written_bytes = usage.ru_oublock * 512LL;
    }
}

static void kill_children(void) {
    char path[64], name[32];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *list = fopen(path, "re");
    if (list == NULL) return;
    while (fscanf(list, "%31s", name) == 1) {
        long child = strtol(name, NULL, 10);
        if (child > 1) kill((pid_t)child, SIGKILL);
    }
    fclose(list);
}

// A killed child leaves its own to the reaper: round by round nothing is left.
static void end_all(const sigset_t *child_signal) {
    long long give_up_at = now_ms() + patience_ms;
    while (reap()) {
        if (now_ms() > give_up_at) {
            report.has_survivors = 1;
            return;
        }
        kill_children();
        struct timespec pause = {0, 10000000};
        sigtimedwait(child_signal, NULL, &pause);
    }
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    fcntl(report_descriptor, F_SETFD, FD_CLOEXEC);
    sigset_t watched, child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigemptyset(&watched);
    for (size_t i = 0; i < sizeof assay_reaper_signals / sizeof *assay_reaper_signals; i++)
        sigaddset(&watched, assay_reaper_signals[i]);
    sigprocmask(SIG_SETMASK, &watched, NULL);
    // Until here the agent's death would have killed the reaper; from now on there is something to clear up.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl(PR_SET_PDEATHSIG, SIGHUP) != 0) return 2;
    start(arguments + 1);
    while (report.status == -1) {
        int number = sigwaitinfo(&watched, NULL);
        if (number == SIGTERM) kill(-command, SIGTERM);
        if (number == SIGUSR1 || number == SIGHUP) break;
        if (number == SIGCHLD) reap();
    }
    end_all(&child_signal);
    tell();
}
