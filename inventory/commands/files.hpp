/// The files that a configuration names, as serve and ask-bmcs take them. Nothing is opened but these, nothing is written.
///
/// Errors are Refuse and name the file, where it has lines the line.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "inventory/bmc/session.hpp"
#include "inventory/config/config.hpp"
#include "inventory/exchange/import.hpp"
#include "inventory/permits/signing.hpp"
#include "inventory/server/http_server.hpp"

namespace footing::inventory {

struct ServeFiles {
    std::unique_ptr<Table> wire_map;  // null: none is named
    std::vector<FileRow> wires;
    std::optional<permits::SigningKey> permit_key;
};

/// A whole file; an Error says what is wrong with it and where it is.
Result<std::string> text_of_file(const std::string& file);

/// All that serve needs; certificate and key are found to be a pair.
Result<ServeFiles> read_serve_files(const Config& config);

/// The wire map in place of the one that is held; a dry run looks at every row and writes nothing. Inside a transaction.
enum class Wires { Put, DryRun };
Result<void> take_wires(Sql& sql, ServeFiles& files, const Config& config, Wires what, Instant now);

ServerOptions options_of(const Config& config, const Endpoint& endpoint, Listener listener);

/// Says on stderr where tokens come in the clear: on an address beyond this machine, without TLS.
void warn_of_clear_text(const Config& config);

/// With the password out of its file.
Result<BmcAccess> access_of(const BmcConfig& bmc);

}  // namespace footing::inventory
