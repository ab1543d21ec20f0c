#include "inventory/store/for_request.hpp"

#include <utility>

namespace footing::inventory {

namespace {
thread_local std::string current;
}

ForRequest::ForRequest(std::string id) : before_(std::exchange(current, std::move(id))) {}
ForRequest::~ForRequest() { current = std::move(before_); }

const std::string& ForRequest::id() { return current; }

}  // namespace footing::inventory
