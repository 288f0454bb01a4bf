-- confluence_edit_operation: the operations on a space and what is in it that change something; the others read, copy, export or open it.
-- reads: confluence_space_permission
-- Of the operations that GET /wiki/api/v2/spaces/{id}/permissions can name; use, read, copy, export and create_space change nothing in the space.
SELECT
  e.column1 AS operation                              -- text: create, update, delete, administer ...
FROM (VALUES ('create'), ('update'), ('delete'), ('administer'), ('restrict_content'), ('archive'), ('purge'), ('purge_version'), ('restore'), ('move')) AS e
