using System.Diagnostics;
using System.Text;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

/// <summary>A <c>cellvit node</c> process; killed, if it still runs, when disposed.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningNode(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a node.</summary>
    public static RunningNode Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(CellVit.CommandLine[0]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in CellVit.CommandLine.Skip(1).Append("node").Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        var node = new RunningNode(new Process { StartInfo = start, EnableRaisingEvents = true });
        node._process.OutputDataReceived += (_, line) => Append(node._output, line.Data);
        node._process.ErrorDataReceived += (_, line) => node.OnError(line.Data);
        node._process.Exited += (_, _) => node._ready.TrySetException(new InvalidOperationException($"The node ended: {node._errors}"));
        node._process.Start();
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Waits for the line that says that the node is up.</summary>
    public Task<string> ReadyAsync(TimeSpan deadline) => _ready.Task.WaitAsync(deadline);

    /// <summary>Stops the node as a supervisor does, with SIGTERM.</summary>
    public async Task<Outcome> TerminateAsync(TimeSpan deadline)
    {
        _process.Send(ProcessSignal.Terminate);
        using var late = new CancellationTokenSource(deadline);
        await _process.WaitForExitAsync(late.Token);
        return new Outcome(_process.ExitCode, _output.ToString(), _errors.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private void OnError(string? line)
    {
        Append(_errors, line);
        if (line?.Contains(" is up, roles ", StringComparison.Ordinal) == true)
        {
            _ready.TrySetResult(line);
        }
    }
}
