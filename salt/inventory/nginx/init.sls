# nginx in front, where `inventory:nginx:here` says so: TLS, and slow clients, who never meet the service.
include:
  - .package
  - .site
  - .service
