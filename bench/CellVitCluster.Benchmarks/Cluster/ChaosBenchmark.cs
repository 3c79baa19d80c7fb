using System.Globalization;
using CellVitCluster.TestSupport;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>The long form of the chaos test: a hundred faults, on either database.</summary>
internal static class ChaosBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        int faults = 100, seed = Environment.TickCount & 0xFFFF;
        bool postgres = false, rolling = false;
        string? before = null, logs = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "postgresql":
                    postgres = true;
                    break;
                case "sqlite":
                    postgres = false;
                    break;
                case "--faults" when i + 1 < arguments.Length:
                    faults = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--rolling":
                    rolling = true;
                    break;
                case "--from" when i + 1 < arguments.Length:
                    before = Path.GetFullPath(arguments[++i]);
                    break;
                case "--logs" when i + 1 < arguments.Length:
                    logs = Path.GetFullPath(arguments[++i]);
                    break;
                case "--seed" when i + 1 < arguments.Length:
                    seed = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                default:
                    await Console.Error.WriteLineAsync("Usage: bench/run chaos [sqlite|postgresql] [--faults N] [--seed S] [--logs FOLDER] | [sqlite|postgresql] --rolling [--from OLD/cellvit.dll]");
                    return 2;
            }
        }

        using var folder = new TemporaryFolder();
        await using IClusterDatabase database = postgres ? new PostgresDatabase() : new SqliteDatabase(folder.File("journal.db"));
        Console.WriteLine(FormattableString.Invariant($"{(rolling ? "rolling restart" : "chaos")} on {(postgres ? "PostgreSQL" : "SQLite")}{(rolling ? string.Empty : FormattableString.Invariant($", {faults} faults, seed {seed}"))}"));
        string real = Path.Combine(SharedData.Root, "data", "wsi", "CMU-1-Small-Region.svs");
        ChaosReport report = await new ChaosRun(
            new ChaosOptions
            {
                Folder = folder.Path,
                Seed = seed,
                Faults = faults,
                RollingRestart = rolling,
                FirstExecutable = before,
                Database = database,
                WorkersPerProcess = 2,
                TileMilliseconds = 1_400,
                RealSlides = File.Exists(real) ? [real] : [],
            },
            Console.WriteLine).RunAsync();
        Console.WriteLine(report);
        if (logs is not null)
        {
            KeepLogs(Path.Combine(folder.Path, "nodes"), logs);
        }

        return report.Violations.Count == 0 ? 0 : 1;
    }

    private static void KeepLogs(string nodes, string target)
    {
        Directory.CreateDirectory(target);
        IEnumerable<string> printed = Directory.EnumerateFiles(nodes, "*.out", SearchOption.AllDirectories);
        foreach (string log in Directory.EnumerateFiles(nodes, "*.log", SearchOption.AllDirectories).Concat(printed))
        {
            File.Copy(log, Path.Combine(target, Path.GetFileName(log)), overwrite: true);
        }
    }
}
