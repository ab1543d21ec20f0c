# footing-inventory: its package, configuration, unit, and the tokens that agents and Salt come with.
include:
  - .package
  - .config
  - .service
  - .tokens
