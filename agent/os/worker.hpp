/// One process per job, all at once: a drive that hangs, or a library that crashes on what it reads, takes nobody along.
///
/// A job that isn't done at the deadline is killed; one that is stuck in the kernel doesn't die of that and is left
/// behind. Its result is an Error either way. Jobs die with the parent.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::os {

/// Tells the parent a line of progress, at once.
using Tell = std::function<void(const std::string& line)>;

/// Runs in its own process; what it returns reaches the parent as it is.
using Job = std::function<std::string(const Tell& tell)>;

/// `heard(job, line)` is called in the parent. The results stand in the order of the jobs; an Error has the code
/// ETIMEDOUT for a job past the deadline, ECHILD for one that died.
std::vector<Result<std::string>> run_workers(const std::vector<Job>& jobs, std::chrono::milliseconds deadline,
                                             const std::function<void(std::size_t, const std::string&)>& heard);

}  // namespace footing::os
