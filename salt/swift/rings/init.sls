# On the machine that builds the rings.
include:
  - .build
