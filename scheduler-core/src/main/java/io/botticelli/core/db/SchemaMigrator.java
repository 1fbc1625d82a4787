package io.botticelli.core.db;

import io.botticelli.core.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.lockservice.LockServiceFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/**
 * Brings the schema up to date with the changelog in {@code db/changelog}.
 *
 * <p>Safe when several nodes start at once: an advisory lock is held around the whole update,
 * because Liquibase creates its own tables before it takes its own lock. Whoever holds the advisory
 * lock knows that no live node owns Liquibase's lock row, so a row left by a killed process is
 * released first.
 *
 * <p>A schema this build has migrated before, and nobody has changed since, is not looked at again:
 * every command would wait for that.
 */
public final class SchemaMigrator {
  /** Key of the advisory lock; any constant no other part of the project uses. */
  private static final long LOCK_KEY = 0x626f_7474_6963_656cL;

  private static final String CHANGELOG = "db/changelog/db.changelog-master.yaml";

  /** Held strongly: java.util.logging forgets the level of a logger nobody refers to. */
  private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

  private final DataSource dataSource;
  private final SchemaBuild build = new SchemaBuild(CHANGELOG);

  /**
   * @param dataSource connections of a role that may create tables; not pooled ones, an update may
   *     take longer than the pool's statement time-out
   */
  public SchemaMigrator(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Applies what is missing; waits while another node does.
   *
   * @throws StoreException if the database cannot be reached or a change fails
   */
  public void migrate() {
    try (Connection guard = dataSource.getConnection()) {
      if (build.isIn(guard)) {
        return;
      }
      lock(guard);
      try {
        // Whoever held the lock before may have been of the same build.
        if (!build.isIn(guard)) {
          update();
          build.store(guard);
        }
      } finally {
        unlock(guard);
      }
    } catch (SQLException failure) {
      throw SqlStates.translate("migrate the schema", failure);
    }
  }

  private void update() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      update(connection);
    }
  }

  private static void update(Connection connection) {
    LIQUIBASE.setLevel(Level.WARNING);
    try {
      Scope.child(
          Map.of(
              Scope.Attr.ui.name(), new LoggerUIService(),
              Scope.Attr.resourceAccessor.name(),
                  new ClassLoaderResourceAccessor(SchemaMigrator.class.getClassLoader())),
          () -> {
            Database database =
                DatabaseFactory.getInstance()
                    .findCorrectDatabaseImplementation(new JdbcConnection(connection));
            database.setDefaultSchemaName("public");
            LockServiceFactory.getInstance().getLockService(database).forceReleaseLock();
            new CommandScope(UpdateCommandStep.COMMAND_NAME)
                .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, CHANGELOG)
                .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                .execute();
          });
    } catch (Exception failure) {
      throw new StoreException(
          "migrate the schema failed: "
              + failure.getMessage()
              + "; the change was rolled back, mend the cause and start again",
          null,
          false,
          failure);
    } finally {
      LockServiceFactory.getInstance().resetAll();
    }
  }

  private static void lock(Connection guard) throws SQLException {
    try (PreparedStatement statement = guard.prepareStatement("SELECT pg_advisory_lock(?)")) {
      statement.setLong(1, LOCK_KEY);
      statement.execute();
    }
  }

  private static void unlock(Connection guard) throws SQLException {
    try (PreparedStatement statement = guard.prepareStatement("SELECT pg_advisory_unlock(?)")) {
      statement.setLong(1, LOCK_KEY);
      statement.execute();
    }
  }
}
