#pragma once
#include <signal.h>
#include <sys/types.h>

// Starts one program, which is assay-reaper, in a session of its own. Safe in a process with many threads: between vfork and exec only
// async-signal-safe calls are made, with all signals blocked.

struct assay_spawn_options {
    const char *program;        // an absolute path
    char *const *arguments;     // ends with NULL
    char *const *environment;   // exactly this; ends with NULL
    const char *directory;
    int input, output, error, report;  // become 0, 1, 2 and 3; every other descriptor is closed
    unsigned long long maximum_file_bytes;     // 0 = as the parent
    unsigned long long maximum_address_bytes;  // 0 = as the parent
    unsigned long long maximum_open_files;     // 0 = as the parent
};

enum assay_spawn_stage {
    ASSAY_SPAWN_FORK = 1,
    ASSAY_SPAWN_SESSION,
    ASSAY_SPAWN_DESCRIPTORS,
    ASSAY_SPAWN_LIMITS,
    ASSAY_SPAWN_DIRECTORY,
    ASSAY_SPAWN_EXEC,
};

// Returns 0 and the child's id (also its session and process group), or the errno of the `stage` that failed.
// The child is killed when the calling *thread* ends, so the thread that starts it must also wait for it.
int assay_spawn(const struct assay_spawn_options *options, pid_t *child, int *stage);

// Blocked in the started program: the reaper takes them one by one.
static const int assay_reaper_signals[] = {SIGCHLD, SIGTERM, SIGUSR1, SIGHUP};

// What assay-reaper writes to its descriptor 3 before it ends.
struct assay_child_report {
    int error;                  // errno when the program could not be run
    int status;                 // wait status of the command
    int has_survivors;          // not everything it started could be killed
    long long cpu_ms;
    long long maximum_rss_bytes;
    long long written_bytes;
};

// A descriptor that becomes readable when `child` ends; -1 when the kernel has none.
int assay_pidfd(pid_t child);

// A pipe whose ends are closed on exec; the end at index 0 does not block. Returns 0 or -1.
int assay_pipe(int ends[2]);

// Of a wait status: the exit code or -1, the ending signal or 0.
int assay_exit_code(int status);
int assay_exit_signal(int status);
