/// What state a drive is in, in words, and a person's word about it.
#pragma once

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// Sign, colour and the word of the state; of one that has no state yet, of its verdict.
Html disk_badge(const DiskView& disk);
std::string word_of(const DiskView& disk);

/// "missing since …: machine … no longer reports it"; who said it.
Html state_sentence(const Visit& visit, const DiskView& disk);

/// The form for who may edit: the states that the API would accept now. Nothing for others.
Html state_form(const Visit& visit, const DiskView& disk);
/// For a drive that was enrolled and is proved blank: only a person knows whether that is right.
Html forget_form(const Visit& visit, const DiskView& disk);

}  // namespace footing::inventory
