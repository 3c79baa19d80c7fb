using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CellVitCluster.TestSupport;

namespace CellVitCluster.EndToEndTests;

/// <summary>The built executable, run as a user runs it.</summary>
internal static class CellVit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static string Executable => Path.Combine(Checkout.Root, "artifacts", "bin", "CellVitCluster.Cli", "release_linux-x64", "cellvit.dll");

    /// <summary>Runs a command to its end.</summary>
    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(["dotnet", Executable], arguments);

    /// <summary>Runs a command behind another one (<c>unshare</c>, <c>sh</c>, …).</summary>
    public static async Task<Outcome> RunAsync(IReadOnlyList<string> prefix, IReadOnlyList<string> arguments)
    {
        using Process process = Start(prefix, arguments, out StringBuilder output, out StringBuilder errors);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return new Outcome(process.ExitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Command line of the executable, for use behind a prefix.</summary>
    public static IReadOnlyList<string> CommandLine => ["dotnet", Executable];

    /// <summary>Starts a command, waits until it has printed a line that satisfies the condition, and kills it at that moment (kill -9).</summary>
    public static async Task KillWhenAsync(Func<string, bool> condition, params string[] arguments)
    {
        Outcome outcome = await SignalWhenAsync(ProcessSignal.Kill, condition, arguments);
        outcome.ExitCode.ShouldBe(137, $"the process was to be killed in the middle, but ended by itself:\n{outcome.Errors}");
    }

    /// <summary>Starts a command and sends it a signal each time it prints a line that satisfies the condition; returns how it ended.</summary>
    public static async Task<Outcome> SignalWhenAsync(ProcessSignal signal, Func<string, bool> condition, params string[] arguments)
    {
        // Jobs in the background of a shell ignore Ctrl-C and hand that down, to these tests too.
        using Process process = Start(
            ["env", "--default-signal=INT", "dotnet", Executable], arguments, out StringBuilder output, out StringBuilder errors, (running, line) =>
            {
                if (condition(line))
                {
                    running.Send(signal);
                }
            });
        using var deadline = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(deadline.Token);
        return new Outcome(process.ExitCode, output.ToString(), errors.ToString());
    }

    private static Process Start(
        IReadOnlyList<string> prefix,
        IReadOnlyList<string> arguments,
        out StringBuilder output,
        out StringBuilder errors,
        Action<Process, string>? onError = null)
    {
        var start = new ProcessStartInfo(prefix[0])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in prefix.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        StringBuilder outLines = output = new StringBuilder();
        StringBuilder errorLines = errors = new StringBuilder();
        process.OutputDataReceived += (_, e) => Append(outLines, e.Data);
        process.ErrorDataReceived += (_, e) =>
        {
            Append(errorLines, e.Data);
            if (e.Data is not null)
            {
                onError?.Invoke(process, e.Data);
            }
        };
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
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
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    /// <summary>Asserts the exit code, with everything the command printed as the reason.</summary>
    public Outcome ShouldExitWith(int code)
    {
        ExitCode.ShouldBe(code, $"{Output}\n{Errors}");
        return this;
    }
}
