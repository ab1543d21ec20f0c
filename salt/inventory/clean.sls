# Takes away what this formula brought, in the other order. The database stays: it is the memory of every drive.
include:
  - .nginx.clean
  - .service.clean
  - .config.clean
  - .postgresql.clean
