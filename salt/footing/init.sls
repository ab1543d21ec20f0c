# The agent on a storage server: its configuration, its unit, and the proof that the drives are as wanted.
include:
  - .guard
  - .config
  - .service
  - .verify
