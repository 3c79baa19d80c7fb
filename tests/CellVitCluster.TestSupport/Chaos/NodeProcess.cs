using System.Diagnostics;
using System.Text;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>One node of a cluster as a real process that can be killed, frozen and started again. One thread starts it; others may look at it meanwhile.</summary>
/// <param name="name">For people.</param>
/// <param name="arguments">Arguments of the executable.</param>
/// <param name="log">What the process prints is appended to this file.</param>
/// <param name="firstExecutable">Program of the first start, as when a node is upgraded; null for that of this checkout.</param>
public sealed class NodeProcess(string name, IReadOnlyList<string> arguments, string log, string? firstExecutable = null) : IAsyncDisposable
{
    private readonly StreamWriter _log = new(log, append: true, Encoding.UTF8) { AutoFlush = true };
    private readonly List<Process> _processes = [];
    private volatile Process? _process;
    private long _started;
    private volatile string? _error;
    private bool _frozen;

    /// <summary>For people.</summary>
    public string Name { get; } = name;

    /// <summary>Starts so far.</summary>
    public int Starts { get; private set; }

    /// <summary>Whether the process lives.</summary>
    public bool IsAlive => _process is { HasExited: false };

    /// <summary>Whether it was last started with the program of this checkout.</summary>
    public bool IsOfCheckout => firstExecutable is null || Starts > 1;

    /// <summary>Time since the last start.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>How the last process ended, or null.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Error that the process printed last, since its last start; null for none.</summary>
    public string? LastError => _error;

    /// <summary>Resident memory in bytes, 0 when the process is gone.</summary>
    public long Memory
    {
        get
        {
            if (_process is not { HasExited: false } process)
            {
                return 0;
            }

            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time used since the last start, none when the process is gone.</summary>
    public TimeSpan ProcessorTime => _process is { HasExited: false } process ? process.TotalProcessorTime : TimeSpan.Zero;

    /// <summary>Starts the process.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[Starts == 0 && firstExecutable is not null ? firstExecutable : Checkout.Executable, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        _error = null;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
        _process = process;
        _frozen = false;
        _started = Stopwatch.GetTimestamp();
        Starts++;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (IsAlive)
        {
            _process!.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    /// <summary>SIGSTOP: the process stands still and does not know it.</summary>
    public void Freeze()
    {
        _frozen = true;
        _process!.Send(ProcessSignal.Stop);
    }

    /// <summary>SIGCONT.</summary>
    public void Thaw()
    {
        _frozen = false;
        _process!.Send(ProcessSignal.Continue);
    }

    /// <summary>SIGTERM, then waits for the end.</summary>
    /// <returns>Exit code, or null when it did not end in time and was killed.</returns>
    public async Task<int?> StopAsync(TimeSpan within)
    {
        if (!IsAlive)
        {
            return ExitCode;
        }

        if (_frozen)
        {
            Thaw();
        }

        _process!.Send(ProcessSignal.Terminate);
        using var deadline = new CancellationTokenSource(within);
        try
        {
            await _process!.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Kill();
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        _processes.ForEach(process => process.Dispose());
        lock (_log)
        {
            _log.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Write(string? line)
    {
        if (line is not null)
        {
            if (line.StartsWith("error ", StringComparison.Ordinal))
            {
                _error = line;
            }

            lock (_log)
            {
                _log.WriteLine(line);
            }
        }
    }
}
