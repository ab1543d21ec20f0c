include:
  - .config
  - .target
  - .service
