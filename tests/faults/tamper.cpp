/// tamper: runs a program, counts the system calls of each of its processes, and spoils one of them, or all from one on.
///
/// Each process has a role: "main"; "worker3" for the third that main forks; "worker3/mkfs.xfs" for what that one runs.
/// A call is named by role, name and its number within both, which are the same in every run. strace can inject too, but
/// counts in each process alone: the fifth read of a worker can't be told from the fifth read of its neighbour.
/// TAMPER_DRIVES=loop0,loop1: what is asked of sysfs about any other drive isn't counted: the machine's own come and go.
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace {

struct Name {
    long number;
    const char* name;
    char kind;  // what its first argument is: 'f' a descriptor, 'a' a folder's with a path behind it, 'p' a path, '-' none
};

constexpr Name names[] = {
    {SYS_read, "read", 'f'}, {SYS_write, "write", 'f'}, {SYS_pread64, "pread64", 'f'}, {SYS_pwrite64, "pwrite64", 'f'},
    {SYS_openat, "openat", 'a'}, {SYS_close, "close", 'f'}, {SYS_fstat, "fstat", 'f'}, {SYS_newfstatat, "newfstatat", 'a'},
    {SYS_statx, "statx", 'a'}, {SYS_ioctl, "ioctl", 'f'}, {SYS_fsync, "fsync", 'f'}, {SYS_fdatasync, "fdatasync", 'f'},
    {SYS_syncfs, "syncfs", 'f'}, {SYS_fallocate, "fallocate", 'f'}, {SYS_flock, "flock", 'f'}, {SYS_fsopen, "fsopen", '-'},
    {SYS_fsconfig, "fsconfig", 'f'}, {SYS_fsmount, "fsmount", 'f'}, {SYS_move_mount, "move_mount", 'f'},
    {SYS_mkdir, "mkdir", 'p'}, {SYS_mkdirat, "mkdirat", 'a'}, {SYS_fchmod, "fchmod", 'f'}, {SYS_getdents64, "getdents64", 'f'}, {SYS_getrandom, "getrandom", '-'},
    {SYS_pipe2, "pipe2", '-'}, {SYS_clone, "clone", '-'}, {SYS_clone3, "clone3", '-'}, {SYS_vfork, "vfork", '-'}, {SYS_fork, "fork", '-'},
    {SYS_execve, "execve", '-'}, {SYS_poll, "poll", '-'}, {SYS_wait4, "wait4", '-'}, {SYS_waitid, "waitid", '-'},
    {SYS_pidfd_open, "pidfd_open", '-'}, {SYS_fcntl, "fcntl", 'f'}, {SYS_prctl, "prctl", '-'}, {SYS_dup2, "dup2", 'f'},
    {SYS_memfd_create, "memfd_create", '-'}, {SYS_ftruncate, "ftruncate", 'f'}, {SYS_readlink, "readlink", 'p'},
    {SYS_faccessat2, "faccessat2", 'a'}, {SYS_exit_group, "exit_group", '-'}, {SYS_fadvise64, "fadvise64", 'f'},
    {SYS_mount, "mount", '-'}, {SYS_unshare, "unshare", '-'}, {SYS_rename, "rename", '-'}, {SYS_fchownat, "fchownat", 'f'},
    {SYS_access, "access", 'p'}, {SYS_statfs, "statfs", 'p'}, {SYS_flistxattr, "flistxattr", 'f'},
    {SYS_socket, "socket", '-'}, {SYS_connect, "connect", '-'},
};

/// Calls that only concern this process's memory, threads, signals and place in a file, or ask who it is: they aren't
/// counted. One that stands in neither list is counted under its number, and calls.py refuses it.
constexpr long harmless[] = {
    SYS_mmap, SYS_mprotect, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_futex, SYS_membarrier, SYS_rseq, SYS_set_robust_list, SYS_set_tid_address,
    SYS_arch_prctl, SYS_prlimit64, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit, SYS_lseek,
    SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid,
};

/// What is done to the call that is meant.
struct Spoil {
    std::string role, call;
    unsigned long nth = 0;
    bool for_ever = false;
    std::string how;     // "kill", "short", "nothing", an errno's name, or "+" and one: done, but told that error; "another", "hook"
    std::string victim;  // of "kill": self, worker, main, all
};

struct Process {
    pid_t parent = 0;
    std::string role;
    int answer = 0;  // the errno that the call it is in shall give, or 0
    unsigned long number_at = 0;  // where the call it is in puts a number, which shall be another; or 0
    unsigned forks = 0;
    std::map<long, unsigned long> calls;
};

[[noreturn]] void die(const char* what)
{
    std::fprintf(stderr, "tamper: %s: %s\n", what, std::strerror(errno));
    std::exit(125);
}

int errno_of(const std::string& name)
{
    for (int code = 1; code < 134; ++code)
        if (const char* known = ::strerrorname_np(code); known != nullptr && name == known) return code;
    errno = EINVAL;
    die(name.c_str());
}

/// " 0x1269": what an ioctl asks for.
std::string request_of(unsigned long long request)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), " 0x%x", static_cast<unsigned>(request));
    return text.data();
}

/// "worker3" of "worker3/child", which hasn't run its program yet.
std::string without_child(const std::string& role)
{
    return role.ends_with("/child") ? role.substr(0, role.size() - 6) : role;
}

std::string link_of(const std::string& path)
{
    std::array<char, 512> target{};
    return ::readlink(path.c_str(), target.data(), target.size() - 1) > 0 ? target.data() : "";
}

std::string text_at(pid_t pid, unsigned long address)
{
    std::array<char, 256> text{};
    const int memory = ::open(("/proc/" + std::to_string(pid) + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t got = ::pread(memory, text.data(), text.size() - 1, static_cast<off_t>(address));
    ::close(memory);
    return got > 0 ? std::string(text.data()) : "";
}

/// /sys/class/block/vda/size, /sys/devices/virtual/block/loop3/loop3p1/dev: of a drive that isn't ours. `ours`: ",loop0,loop1,".
bool is_anothers(const std::string& path, const std::string& ours)
{
    constexpr std::string_view folder = "/block/";
    const auto found = path.starts_with("/sys/") ? path.find(folder) : std::string::npos;
    if (ours.empty() || found == std::string::npos) return false;
    const auto from = found + folder.size();
    const std::string name = path.substr(from, path.find('/', from) - from);
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;  // /sys/dev/block/7:0
    const auto partition = name.starts_with("loop") ? name.find('p', std::string_view("loop").size()) : std::string::npos;
    return !ours.contains("," + name.substr(0, partition) + ",");
}

class Tamper {
public:
    Tamper(Spoil spoil, std::string drives, std::FILE* log)
        : spoil_(std::move(spoil)), drives_(drives.empty() ? "" : "," + drives + ","), log_(log) {}

    int run(char** argv)
    {
        main_ = ::fork();
        if (main_ < 0) die("fork");
        if (main_ == 0) {
            ::raise(SIGSTOP);
            ::execvp(argv[0], argv);
            die(argv[0]);
        }
        ::waitpid(main_, nullptr, WUNTRACED);
        constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
        if (::ptrace(PTRACE_SEIZE, main_, 0, options) != 0) die("ptrace");
        processes_[main_].role = "main";
        ::kill(main_, SIGCONT);
        for (int status = 0;;) {
            const pid_t pid = ::waitpid(-1, &status, __WALL);
            if (pid < 0) return 125;
            if (WIFSTOPPED(status)) stopped(pid, status);
            else processes_.erase(pid);
            // Whom main leaves behind runs on untraced, as it would without us.
            if (pid == main_ && !WIFSTOPPED(status)) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }

private:
    void stopped(pid_t pid, int status)
    {
        const int event = status >> 16;
        const int signal = WSTOPSIG(status);
        int deliver = 0;
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
            unsigned long child = 0;
            ::ptrace(PTRACE_GETEVENTMSG, pid, 0, &child);
            adopt(pid, static_cast<pid_t>(child));
        } else if (event == PTRACE_EVENT_EXEC) {
            Process& process = processes_[pid];
            const std::string program = link_of("/proc/" + std::to_string(pid) + "/exe");
            if (process.role.ends_with("/child")) process.role = without_child(process.role) + program.substr(program.rfind('/'));
            process.calls.clear();
        } else if (event == PTRACE_EVENT_STOP) {
            if (processes_.contains(pid) || signal != SIGTRAP) {
                if (signal == SIGSTOP || signal == SIGTSTP) {
                    ::ptrace(PTRACE_LISTEN, pid, 0, 0);
                    return;
                }
            } else {
                early_.insert(pid);  // its parent's event isn't here yet
                return;
            }
        } else if (signal == (SIGTRAP | 0x80)) {
            if (!at_call(pid)) return;
        } else if (event == 0) {
            deliver = signal;
        }
        resume(pid, deliver);
    }

    /// Watched is who can still make the call that is meant, or start who does; who kills must know everybody.
    void resume(pid_t pid, int deliver)
    {
        const Process& process = processes_[pid];
        const bool is_done = is_spoilt_ && !spoil_.for_ever && process.answer == 0 && process.number_at == 0;
        const bool is_ancestor = pid == main_ || spoil_.role.starts_with(without_child(process.role) + "/");
        const bool counts = spoil_.role.empty() || spoil_.how == "kill" || process.role == spoil_.role;
        auto request = is_ancestor ? PTRACE_CONT : PTRACE_DETACH;
        if (counts) request = PTRACE_SYSCALL;
        if (is_done) request = PTRACE_DETACH;
        ::ptrace(request, pid, 0, deliver);
    }

    void adopt(pid_t parent, pid_t child)
    {
        Process& from = processes_[parent];
        Process& process = processes_[child];
        process.parent = parent;
        process.role = parent == main_ ? "worker" + std::to_string(++from.forks) : from.role + "/child";
        if (early_.erase(child) != 0) resume(child, 0);
    }

    /// False if the process is dead now.
    bool at_call(pid_t pid)
    {
        Process& process = processes_[pid];
        __ptrace_syscall_info info{};
        user_regs_struct registers{};
        if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0 || ::ptrace(PTRACE_GETREGS, pid, 0, &registers) != 0) return false;
        if (info.op != PTRACE_SYSCALL_INFO_ENTRY) {
            if (process.answer != 0) {
                registers.rax = static_cast<unsigned long long>(-process.answer);
                ::ptrace(PTRACE_SETREGS, pid, 0, &registers);
                process.answer = 0;
            }
            if (process.number_at != 0) {
                ::ptrace(PTRACE_POKEDATA, pid, process.number_at, ::ptrace(PTRACE_PEEKDATA, pid, process.number_at, 0) + 1);
                process.number_at = 0;
            }
            return true;
        }
        for (const auto& [number, name, kind] : names)
            if (number == static_cast<long>(registers.orig_rax)) return enters(pid, process, name, kind, registers);
        if (!spoil_.role.empty() || std::ranges::contains(harmless, static_cast<long>(registers.orig_rax))) return true;
        return enters(pid, process, std::to_string(registers.orig_rax).c_str(), '-', registers);
    }

    bool enters(pid_t pid, Process& process, const char* name, char kind, user_regs_struct& registers)
    {
        const std::string about = what_about(pid, kind, registers);
        if (is_anothers(about, drives_)) return true;
        const unsigned long count = ++process.calls[static_cast<long>(registers.orig_rax)];
        const bool meant = process.role == spoil_.role && name == spoil_.call && (count == spoil_.nth || (spoil_.for_ever && count > spoil_.nth));
        if (!spoil_.role.empty() && !meant) return true;
        const std::string request = registers.orig_rax == SYS_ioctl ? request_of(registers.rsi) : "";
        std::fprintf(log_, "%s %s %s %lu %s%s\n", meant ? "spoilt" : "call", process.role.c_str(), name, count, about.c_str(), request.c_str());
        return !meant || spoil(pid, process, registers);
    }

    /// The file, where a call has one.
    static std::string what_about(pid_t pid, char kind, const user_regs_struct& registers)
    {
        if (kind == 'f') return link_of("/proc/" + std::to_string(pid) + "/fd/" + std::to_string(static_cast<int>(registers.rdi)));
        if (kind == 'a') return text_at(pid, registers.rsi);
        return kind == 'p' ? text_at(pid, registers.rdi) : "";
    }

    bool spoil(pid_t pid, Process& process, user_regs_struct& registers)
    {
        is_spoilt_ = true;
        if (spoil_.how == "kill") {
            std::fflush(log_);
            return kill_victims(pid, process);
        }
        if (spoil_.how == "hook") return std::system(std::getenv("TAMPER_HOOK")) == 0;
        if (spoil_.how == "another") process.number_at = registers.rdx;
        else if (spoil_.how == "short") registers.rdx = registers.rdx >= 1024 ? registers.rdx / 2 / 512 * 512 : (registers.rdx + 1) / 2;
        else if (spoil_.how == "nothing") registers.rdx = 0;
        else if (spoil_.how.starts_with('+')) process.answer = errno_of(spoil_.how.substr(1));
        else {
            process.answer = errno_of(spoil_.how);
            registers.orig_rax = static_cast<unsigned long long>(-1);
        }
        ::ptrace(PTRACE_SETREGS, pid, 0, &registers);
        return true;
    }

    /// SIGKILL as it comes from outside. The caller is stopped before its call, and lives on if it isn't a victim.
    bool kill_victims(pid_t caller, const Process& process)
    {
        const pid_t worker = process.parent == main_ ? caller : process.parent;
        for (const auto& [pid, of] : processes_) {
            const bool is_victim = spoil_.victim == "all" || (spoil_.victim == "self" && pid == caller) ||
                                   (spoil_.victim == "worker" && pid == worker) || (spoil_.victim == "main" && pid == main_);
            if (is_victim) ::kill(pid, SIGKILL);
        }
        return !(spoil_.victim == "all" || spoil_.victim == "self");
    }

    Spoil spoil_;
    std::string drives_;  // ",loop0,loop1,"; empty: all count
    std::FILE* log_;  // every call when none is to be spoilt, else those that are
    bool is_spoilt_ = false;
    pid_t main_ = -1;
    std::map<pid_t, Process> processes_;
    std::set<pid_t> early_;
};

}  // namespace

int main(int argc, char** argv)
{
    // tamper LOG - PROGRAM…                              counts only
    // tamper LOG ROLE CALL N once|ever HOW VICTIM PROGRAM…   spoils, and logs what it spoilt
    // HOW hook: the shell runs TAMPER_HOOK while the process stands still before the call
    const bool counts_only = argc > 3 && std::string(argv[2]) == "-";
    if (argc < 4 || (!counts_only && argc < 9)) {
        std::fputs("Usage: tamper LOG - PROGRAM...\n       tamper LOG ROLE CALL N once|ever HOW VICTIM PROGRAM...\n"
                   "HOW: kill, short, nothing, EIO, +EIO (done, and told EIO), another (number than an ioctl gives), hook (TAMPER_HOOK is run first). VICTIM of kill: self, worker, main, all; else -.\n", stderr);
        return 64;
    }
    Spoil spoil;
    if (!counts_only) spoil = {argv[2], argv[3], std::strtoul(argv[4], nullptr, 10), std::string(argv[5]) == "ever", argv[6], argv[7]};
    std::FILE* log = std::fopen(argv[1], "we");
    if (log == nullptr) die(argv[1]);
    const char* drives = std::getenv("TAMPER_DRIVES");
    const int status = Tamper(spoil, drives == nullptr ? "" : drives, log).run(argv + (counts_only ? 3 : 8));
    std::fclose(log);
    return status;
}
