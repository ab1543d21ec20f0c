/// Errors are values.
///
/// Everything that can fail returns a Result. An Error is a sentence for a person, with expected and found, and
/// says what its reader can do about it. It is never dropped silently, and an error never means "nothing there".
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace footing {

/// What the one who gets the error can do.
enum class ErrorKind {
    Retry,   ///< the world may be different in a moment: network, a busy device
    Hold,    ///< this disk, file or request stays untouched; others go on
    Refuse,  ///< the input is wrong: configuration, arguments, a malformed report
    Bug,     ///< can't happen; says where
};

struct [[nodiscard]] Error {
    ErrorKind kind = ErrorKind::Bug;
    std::string message;  ///< a sentence without a full stop
    int code = 0;         ///< errno, or an HTTP status, where there is one

    bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message, int code = 0)
{
    return std::unexpected(Error{kind, std::move(message), code});
}

/// The same error with one layer's context in front: "<context>: <message>".
[[nodiscard]] inline std::unexpected<Error> in_context(std::string context, Error error)
{
    error.message = std::move(context) + ": " + error.message;
    return std::unexpected(std::move(error));
}

/// Drops an error aloud: the reason stands at the call.
template <typename T>
void ignore_because(const char* /*reason*/, const Result<T>& /*result*/)
{
}

}  // namespace footing
