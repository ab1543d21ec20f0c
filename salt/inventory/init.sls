# footing-inventory: its database where it is on this machine, package, configuration, unit, nginx in front, and the
# tokens that agents and Salt come with.
include:
  - .package
  - .postgresql
  - .config
  - .service
  - .nginx
  - .tokens
