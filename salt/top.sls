# Who gets what: `footing:roles` in the pillar, one word for each formula. The guard comes first everywhere: with a
# pillar that is missing, stale or another machine's, a run stops before any other state.
base:
  '*':
    - footing.guard
  # Before the agent: it starts the target that swift puts there.
  'footing:roles:swift':
    - match: pillar
    - swift
  'footing:roles:storage':
    - match: pillar
    - footing
  'footing:roles:loadbalancer':
    - match: pillar
    - loadbalancer
  # PostgreSQL for inventories on other machines.
  'footing:roles:database':
    - match: pillar
    - inventory.postgresql
  'footing:roles:inventory':
    - match: pillar
    - inventory
  'footing:roles:bootserver':
    - match: pillar
    - bootserver
