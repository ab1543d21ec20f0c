# Takes away what this formula brought, in the other order. No drive is unmounted and nothing on any drive is changed.
include:
  - .service.clean
  - .config.clean
