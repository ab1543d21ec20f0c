include:
  - .cluster
