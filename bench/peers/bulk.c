// What the database takes at most: rows that are there already, written a second time into empty tables of the same shape,
// bound in arrays of 500, a transaction for each 500 of every table. Prints the seconds of that alone.
//
//   bulk SOCKET DATABASE ROOT        ROOT is the run whose children, attempts and traces are written again
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 500, TABLES = 3, COLUMNS = 96 };

static const char *const NAMES[TABLES] = {"executions", "attempts", "traces"};
static const char *const WHICH[TABLES] = {
    "parent_id = '%s'", "execution_id IN (SELECT id FROM executions WHERE parent_id = '%s')",
    "execution_id IN (SELECT id FROM executions WHERE parent_id = '%s')"};

struct table {
    unsigned columns;
    unsigned long rows;
    char ***text;            // [column][row]
    unsigned long **length;  // [column][row]
    char **indicator;        // [column][row]
    MYSQL_STMT *statement;
};

static void stop(const char *what, const char *why) {
    fprintf(stderr, "bulk: %s: %s\n", what, why);
    exit(1);
}

static void run(MYSQL *db, const char *sql) {
    if (mysql_query(db, sql)) stop(sql, mysql_error(db));
}

// Reads the rows into columns, and prepares the statement that writes them.
static void prepare(MYSQL *db, const char *name, const char *which, const char *root, struct table *table) {
    char sql[4096], condition[256];
    snprintf(condition, sizeof condition, which, root);
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS bulk_%s", name);
    run(db, sql);
    snprintf(sql, sizeof sql, "CREATE TABLE bulk_%s LIKE %s", name, name);
    run(db, sql);
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s", name, condition);
    run(db, sql);
    MYSQL_RES *found = mysql_store_result(db);
    if (!found) stop(name, mysql_error(db));
    table->columns = mysql_num_fields(found);
    table->rows = mysql_num_rows(found);
    if (table->columns > COLUMNS) stop(name, "has too many columns");
    table->text = calloc(table->columns, sizeof *table->text);
    table->length = calloc(table->columns, sizeof *table->length);
    table->indicator = calloc(table->columns, sizeof *table->indicator);
    for (unsigned column = 0; column < table->columns; column++) {
        table->text[column] = calloc(table->rows, sizeof **table->text);
        table->length[column] = calloc(table->rows, sizeof **table->length);
        table->indicator[column] = calloc(table->rows, 1);
    }
    for (unsigned long row = 0; row < table->rows; row++) {
        MYSQL_ROW values = mysql_fetch_row(found);
        unsigned long *lengths = mysql_fetch_lengths(found);
        for (unsigned column = 0; column < table->columns; column++) {
            table->indicator[column][row] = values[column] ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
            table->length[column][row] = lengths[column];
            table->text[column][row] = memcpy(malloc(lengths[column] + 1), values[column] ? values[column] : "", lengths[column] + !!values[column]);
        }
    }
    mysql_free_result(found);
    int used = snprintf(sql, sizeof sql, "INSERT INTO bulk_%s VALUES (", name);
    for (unsigned column = 0; column < table->columns; column++) used += snprintf(sql + used, sizeof sql - used, column ? ",?" : "?");
    snprintf(sql + used, sizeof sql - used, ")");
    table->statement = mysql_stmt_init(db);
    if (mysql_stmt_prepare(table->statement, sql, strlen(sql))) stop(name, mysql_stmt_error(table->statement));
}

static void write_batch(struct table *table, unsigned long from) {
    if (from >= table->rows) return;
    unsigned int count = table->rows - from < BATCH ? table->rows - from : BATCH;
    MYSQL_BIND bind[COLUMNS] = {0};
    for (unsigned column = 0; column < table->columns; column++) {
        bind[column].buffer_type = MYSQL_TYPE_STRING;
        bind[column].buffer = table->text[column] + from;
        bind[column].length = table->length[column] + from;
        bind[column].u.indicator = table->indicator[column] + from;
    }
    mysql_stmt_attr_set(table->statement, STMT_ATTR_ARRAY_SIZE, &count);
    if (mysql_stmt_bind_param(table->statement, bind) || mysql_stmt_execute(table->statement))
        stop("a batch", mysql_stmt_error(table->statement));
}

int main(int argc, char **argv) {
    if (argc != 4) stop("usage", "bulk SOCKET DATABASE ROOT");
    MYSQL *db = mysql_init(NULL);
    if (!mysql_real_connect(db, NULL, "root", NULL, argv[2], 0, argv[1], 0)) stop("cannot connect", mysql_error(db));
    mysql_set_character_set(db, "utf8mb4");
    struct table tables[TABLES] = {0};
    unsigned long most = 0;
    for (int at = 0; at < TABLES; at++) {
        prepare(db, NAMES[at], WHICH[at], argv[3], &tables[at]);
        if (tables[at].rows > most) most = tables[at].rows;
    }
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (unsigned long from = 0; from < most; from += BATCH) {
        run(db, "START TRANSACTION");
        for (int at = 0; at < TABLES; at++) write_batch(&tables[at], from);
        run(db, "COMMIT");
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.6f\n", (ended.tv_sec - begun.tv_sec) + (ended.tv_nsec - begun.tv_nsec) / 1e9);
    for (int at = 0; at < TABLES; at++) {
        char sql[128];
        snprintf(sql, sizeof sql, "DROP TABLE bulk_%s", NAMES[at]);
        run(db, sql);
    }
    return 0;
}
