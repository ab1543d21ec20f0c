# PostgreSQL on this machine, where `inventory:postgresql:here` says so: a role, a database of its own, and who may come.
include:
  - .package
  - .access
  - .service
  - .role
