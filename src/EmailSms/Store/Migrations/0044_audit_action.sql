-- The newest entry with an action is asked for at each start and reload, which an audit trail of years must not hold up.
create index audit_action on audit (action, id);
