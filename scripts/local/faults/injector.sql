-- What Injector installs, only ever in an embedded database. A sequence counts, because a rollback does not reset it.
CREATE SCHEMA injector;

CREATE SEQUENCE injector.injected;

CREATE TABLE injector.notifications (lost boolean NOT NULL);

INSERT INTO injector.notifications VALUES (false);

CREATE FUNCTION injector.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT lost FROM injector.notifications) THEN
        PERFORM nextval('injector.injected');
    ELSE
        PERFORM pg_catalog.pg_notify($1, $2);
    END IF;
END
$$;

CREATE FUNCTION injector.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('injector.injected');
    RAISE EXCEPTION 'injected fault' USING ERRCODE = TG_ARGV[0];
END
$$;

CREATE FUNCTION injector.wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(42);
    RETURN NEW;
END
$$;

CREATE VIEW injector.waiting AS SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted;

-- A pg_notify that is found before PostgreSQL's own can lose notifications.
ALTER DATABASE debates SET search_path = injector, pg_catalog, public;
