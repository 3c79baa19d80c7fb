using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>
/// Several slides on a cluster of real processes, first undisturbed on one node, then on many while things go wrong. Afterwards every slide
/// must be complete, every byte of its store the same, no tile computed again once it was settled, and nothing left behind.
/// </summary>
/// <param name="options">Sizes.</param>
/// <param name="tell">Gets a line for people at each step.</param>
public sealed partial class ChaosRun(ChaosOptions options, Action<string> tell)
{
    private readonly Stopwatch _clock = new();
    private readonly List<string> _violations = [];
    private readonly List<DateTimeOffset> _waves = [];

    /// <summary>Runs it all.</summary>
    public async Task<ChaosReport> RunAsync()
    {
        string slideFolder = Path.Combine(options.Folder, "slides");
        Directory.CreateDirectory(slideFolder);
        IReadOnlyList<string> slides = await MakeSlidesAsync(slideFolder);
        string[] roots = [slideFolder, .. options.RealSlides.Select(slide => Path.GetDirectoryName(Path.GetFullPath(slide))!).Distinct(StringComparer.Ordinal)];

        tell("undisturbed run");
        Dictionary<string, SortedDictionary<string, string>> expected = await UndisturbedAsync(slides, roots);
        using var disk = new ResultDisk(Path.Combine(options.Folder, "results"), options.DiskMegabytes);
        await using var network = new FaultyNetwork(options.Seed);
        await using var cluster = new ChaosCluster(options, "nodes", options.Database.Journal, disk.Path, roots, network);
        using var client = new ServiceClient(cluster.Servers);
        HashSet<FaultKind> possible = [.. Enum.GetValues<FaultKind>()];
        if (!disk.CanBeFilled)
        {
            tell("no right to mount a small disk here: it will not become full");
            possible.Remove(FaultKind.FullDisk);
        }

        cluster.Start();
        _clock.Start();
        using var over = new CancellationTokenSource();
        Task supervisor = TendAsync(cluster, over.Token);
        IReadOnlyList<Fault> plan = options.RollingRestart ? Fault.Rolling(cluster.Count) : Fault.Plan(options.Seed, options.Faults, cluster.Count, possible);
        var done = new Dictionary<FaultKind, int>();
        var waves = new List<string>();
        using var deadline = new CancellationTokenSource(options.Patience + TimeSpan.FromSeconds(20 * options.Faults));
        try
        {
            waves.Add(await SubmitAsync(client, disk, 0, slides, deadline.Token));
            Task faults = options.RollingRestart
                ? RestartsAsync(plan, cluster, client, done, deadline.Token)
                : FaultsAsync(plan, cluster, disk, network, done);
            while (!faults.IsCompleted)
            {
                if (await client.IsOverAsync(waves[^1], deadline.Token) && !faults.IsCompleted)
                {
                    tell(FormattableString.Invariant($"wave {waves.Count} is complete, another one follows"));
                    waves.Add(await SubmitAsync(client, disk, waves.Count, slides, deadline.Token));
                }

                await Task.Delay(500, deadline.Token);
            }

            await faults;
            tell(FormattableString.Invariant($"{plan.Count} faults are over after {_clock.Elapsed.TotalSeconds:0} s; waiting for the rest"));
            deadline.CancelAfter(options.Patience);
            foreach (string wave in waves)
            {
                await client.FinishAsync(wave, deadline.Token);
            }

            foreach (string wave in waves)
            {
                await CheckPhasesAsync(client, wave, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _violations.Add(FormattableString.Invariant($"not complete {options.Patience.TotalSeconds:0} s after the last fault"));
            await TellUnfinishedAsync(client, waves);
        }

        TimeSpan elapsed = _clock.Elapsed;
        await WaitForCleanUpAsync(disk.Path);
        await over.CancelAsync();
        await supervisor;
        _violations.AddRange(cluster.Crashes);
        _violations.AddRange(await cluster.StopAsync());

        long cells = Compare(disk, waves.Count, expected);
        LookForLeftovers(disk.Path);
        (int tiles, int planned) = ReadLogs(cluster);
        if (options.RollingRestart && tiles != planned)
        {
            _violations.Add(FormattableString.Invariant($"{tiles} tiles computed for {planned}, though every node was stopped in order"));
        }

        return new ChaosReport(
            options.Seed, done, expected.Count * waves.Count, cells, tiles, planned, network.Doubled, cluster.Starts, elapsed, _violations);
    }

    private static string WaveFolder(ResultDisk disk, int wave) => Path.Combine(disk.Path, FormattableString.Invariant($"wave-{wave}"));

    private Task<string> SubmitAsync(ServiceClient client, ResultDisk disk, int wave, IReadOnlyList<string> slides, CancellationToken cancellation)
    {
        _waves.Add(TimeProvider.System.GetUtcNow());
        return client.SubmitAsync(FormattableString.Invariant($"wave-{wave}"), WaveFolder(disk, wave), slides, cancellation);
    }

    private async Task<IReadOnlyList<string>> MakeSlidesAsync(string folder)
    {
        var slides = new List<string>(options.RealSlides);
        for (int i = 0; i < options.Slides; i++)
        {
            string slide = Path.Combine(folder, FormattableString.Invariant($"synthetic-{i}.tiff"));
            string side = options.Side.ToString(CultureInfo.InvariantCulture);
            var start = new ProcessStartInfo(
                "dotnet", [Checkout.Executable, "synth", slide, "--size", $"{side}x{side}", "--seed", (100 + i).ToString(CultureInfo.InvariantCulture)])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"No synthetic slide: {errors}");
            }

            slides.Add(slide);
        }

        return slides;
    }

    private async Task<Dictionary<string, SortedDictionary<string, string>>> UndisturbedAsync(IReadOnlyList<string> slides, string[] roots)
    {
        string output = Path.Combine(options.Folder, "expected");
        Directory.CreateDirectory(output);
        await using var network = new FaultyNetwork(options.Seed);
        await using var cluster = new ChaosCluster(
            options with { Coordinators = 1, Mergers = 1, Workers = 1, TileMilliseconds = 5, FirstExecutable = null },
            "undisturbed",
            new SqliteDatabase(Path.Combine(options.Folder, "undisturbed.db")).Journal,
            output,
            roots,
            network);
        using var client = new ServiceClient(cluster.Servers);
        using var deadline = new CancellationTokenSource(options.Patience);
        cluster.Start();
        string batch = await client.SubmitAsync("undisturbed", output, slides, deadline.Token);
        while (!await client.IsOverAsync(batch, deadline.Token))
        {
            await Task.Delay(250, deadline.Token);
        }

        await CheckPhasesAsync(client, batch, deadline.Token);
        await cluster.StopAsync();
        return Directory.EnumerateDirectories(output)
            .Where(store => File.Exists(Path.Combine(store, "manifest.json")))
            .ToDictionary(store => Path.GetFileName(store), StoreDigest.Of, StringComparer.Ordinal);
    }

    private async Task FaultsAsync(
        IReadOnlyList<Fault> plan, ChaosCluster cluster, ResultDisk disk, FaultyNetwork network, Dictionary<FaultKind, int> done)
    {
        var under = new List<Task>();
        var shared = new Dictionary<FaultKind, Task>();
        foreach (Fault fault in plan)
        {
            // There is one disk, one database and one network: the same cannot happen to it twice at once.
            while (IsOfNode(fault.Kind) ? !cluster.IsExpendable(fault.Node) : shared.TryGetValue(fault.Kind, out Task? same) && !same.IsCompleted)
            {
                await Task.Delay(200);
            }

            tell(FormattableString.Invariant(
                $"{_clock.Elapsed.TotalSeconds,6:0.0} s  fault {fault.Number,3}: {fault.Kind}{(IsOfNode(fault.Kind) ? " " + cluster.NameOf(fault.Node) : string.Empty)} for {fault.Length.TotalSeconds} s"));
            done[fault.Kind] = done.GetValueOrDefault(fault.Kind) + 1;
            Task fate = BringAboutAsync(fault, cluster, disk, network);
            under.Add(fate);
            shared[fault.Kind] = fate;
            await Task.Delay(fault.Pause);

            // Freezing and cutting outlast the pause: at most two faults are under way at once.
            under.RemoveAll(task => task.IsCompletedSuccessfully);
            while (under.Count(task => !task.IsCompleted) >= 2)
            {
                await Task.WhenAny(under.Where(task => !task.IsCompleted));
            }
        }

        await Task.WhenAll(under);
    }

    /// <summary>One restart after the other, each when the node before it is a member again.</summary>
    private async Task RestartsAsync(
        IReadOnlyList<Fault> plan, ChaosCluster cluster, ServiceClient client, Dictionary<FaultKind, int> done, CancellationToken cancellation)
    {
        await WaitForMembersAsync(cluster, client, cluster.Count, cancellation);
        foreach (Fault fault in plan)
        {
            tell(FormattableString.Invariant($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {cluster.NameOf(fault.Node)} is restarted"));
            done[fault.Kind] = done.GetValueOrDefault(fault.Kind) + 1;
            await cluster.HitAsync(fault);
            await WaitForMembersAsync(cluster, client, cluster.Count + fault.Number, cancellation);
            await Task.Delay(fault.Pause, cancellation);
        }
    }

    private static async Task WaitForMembersAsync(ChaosCluster cluster, ServiceClient client, int starts, CancellationToken cancellation)
    {
        while (cluster.Starts < starts || (await client.GetMembersAsync(role: null, cancellation)).Count != cluster.Count)
        {
            await Task.Delay(250, cancellation);
        }
    }

    /// <summary>What a supervisor does, to the end: a node that has ended, by a fault or because the others removed it, is started again.</summary>
    private static async Task TendAsync(ChaosCluster cluster, CancellationToken over)
    {
        try
        {
            while (true)
            {
                cluster.Tend();
                await Task.Delay(500, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The nodes are stopped for good now.
        }
    }

    private static bool IsOfNode(FaultKind kind) => kind is FaultKind.Kill or FaultKind.Freeze or FaultKind.Cut or FaultKind.Restart;

    private async Task BringAboutAsync(Fault fault, ChaosCluster cluster, ResultDisk disk, FaultyNetwork network)
    {
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                network.Delay = TimeSpan.FromMilliseconds(150);
                await Task.Delay(fault.Length);
                network.Delay = TimeSpan.Zero;
                break;
            case FaultKind.Double:
                network.DoubledShare = 0.5;
                await Task.Delay(fault.Length);
                network.DoubledShare = 0;
                break;
            case FaultKind.FullDisk:
                await Task.Run(disk.Fill);
                await Task.Delay(fault.Length);
                disk.Free();
                break;
            case FaultKind.DatabaseOutage:
                await options.Database.OutageAsync(fault.Length);
                break;
            default:
                await cluster.HitAsync(fault);
                break;
        }
    }

    private async Task CheckPhasesAsync(ServiceClient client, string batch, CancellationToken cancellation)
    {
        foreach (JsonElement slide in await client.GetSlidesAsync(batch, cancellation))
        {
            if (slide.GetProperty("phase").GetString() != "published")
            {
                _violations.Add($"a slide is not published: {slide}");
            }
        }
    }

    private async Task TellUnfinishedAsync(ServiceClient client, IReadOnlyList<string> waves)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            foreach (string wave in waves)
            {
                await CheckPhasesAsync(client, wave, patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            _violations.Add("no node answers");
        }
    }

    private static async Task WaitForCleanUpAsync(string results)
    {
        // What is no longer needed is removed beside the work, not before its end is told.
        var patience = Stopwatch.StartNew();
        while (Leftovers(results).Any() && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(250);
        }
    }

    private long Compare(ResultDisk disk, int waves, Dictionary<string, SortedDictionary<string, string>> expected)
    {
        long cells = 0;
        for (int wave = 0; wave < waves; wave++)
        {
            foreach ((string name, SortedDictionary<string, string> digests) in expected)
            {
                string store = Path.Combine(WaveFolder(disk, wave), name);
                if (!Directory.Exists(store))
                {
                    _violations.Add($"wave {wave}, {name}: no store");
                    continue;
                }

                _violations.AddRange(StoreDigest.Differences(digests, StoreDigest.Of(store)).Select(line => $"wave {wave}, {name}: {line}"));
                _violations.AddRange(StoreDigest.FailedTiles(store).Select(tile => $"wave {wave}, {name}: failed tile {tile}"));
                using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(store, "manifest.json")));
                cells += manifest.RootElement.GetProperty("cells").GetInt64();
            }
        }

        return cells;
    }

    private void LookForLeftovers(string results) => _violations.AddRange(Leftovers(results).Select(file => $"left behind: {file}"));

    /// <summary>Everything under the results that belongs to no published store.</summary>
    private static IEnumerable<string> Leftovers(string results)
    {
        foreach (string file in Directory.EnumerateFiles(results, "*", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(results, file).Split(Path.DirectorySeparatorChar);
            bool ofStore = parts.Length >= 3 && File.Exists(Path.Combine(results, parts[0], parts[1], "manifest.json"));
            if (!ofStore)
            {
                yield return file;
            }
        }
    }

    /// <summary>From the nodes' logs: what was computed and when it was settled.</summary>
    private (int Computed, int Planned) ReadLogs(ChaosCluster cluster)
    {
        // The slides of a wave are the same runs as those of the wave before, begun anew.
        var settled = new Dictionary<(string Run, int Tile, int Wave), DateTimeOffset>();
        var computed = new List<(string Run, int Tile, DateTimeOffset At, string Log)>();
        foreach (string log in cluster.Logs)
        {
            foreach (string line in File.ReadLines(log))
            {
                if (BegunLine().Match(line) is { Success: true } begun)
                {
                    computed.Add((begun.Groups["run"].Value, int.Parse(begun.Groups["tile"].Value, CultureInfo.InvariantCulture), At(begun), Path.GetFileName(log)));
                }
                else if (SettledLine().Match(line) is { Success: true } facts)
                {
                    foreach (string tile in facts.Groups["tiles"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    {
                        DateTimeOffset at = At(facts);
                        var key = (facts.Groups["run"].Value, int.Parse(tile, CultureInfo.InvariantCulture), WaveAt(at));
                        settled[key] = settled.TryGetValue(key, out DateTimeOffset earlier) && earlier < at ? earlier : at;
                    }
                }
            }
        }

        foreach ((string run, int tile, DateTimeOffset at, string log) in computed)
        {
            if (settled.TryGetValue((run, tile, WaveAt(at)), out DateTimeOffset since) && at > since)
            {
                _violations.Add(FormattableString.Invariant($"tile {tile} of run {run} was computed again {(at - since).TotalSeconds:0.00} s after it was settled ({log})"));
            }
        }

        return (computed.Count, settled.Count);
    }

    private int WaveAt(DateTimeOffset time) => _waves.Count(wave => wave <= time);

    private static DateTimeOffset At(Match line) =>
        DateTimeOffset.ParseExact(line.Groups["at"].Value, "yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<at>\S+ \S+ \S+) .*Computing tile (?<tile>\d+) of run (?<run>[0-9a-f]{32})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BegunLine();

    [GeneratedRegex(@"^(?<at>\S+ \S+ \S+) .*Settled tiles of run (?<run>[0-9a-f]{32}): (?<tiles>[0-9 ]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettledLine();
}
