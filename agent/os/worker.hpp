/// One process per job, all at once: a drive that hangs, or a library that crashes on what it reads, takes nobody along.
///
/// A job that isn't done at the deadline is killed; one that is stuck in the kernel doesn't die of that and is left
/// behind. Its result is an Error either way. Jobs die with the parent, and have none of its inputs and outputs.
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

/// What the parent does with what it hears: a line of progress, and each job's result as soon as it is there, once.
using Heard = std::function<void(std::size_t job, const std::string& line)>;
using Done = std::function<void(std::size_t job, const Result<std::string>& result)>;

/// Returns when every job is done or past the deadline. The result of a job past the deadline is an Error with the code
/// ETIMEDOUT, of one that died ECHILD.
void run_workers(const std::vector<Job>& jobs, std::chrono::milliseconds deadline, const Heard& heard, const Done& done);

}  // namespace footing::os
