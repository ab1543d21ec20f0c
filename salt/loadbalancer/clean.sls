# Takes away what this formula brought, in the other order.
include:
  - .service.clean
  - .config.clean
  - .package.clean
