using System.CommandLine;
using CellVitCluster.Cli.Commands;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;

Terminal.ReserveOutput();
var root = new RootCommand("Finds and outlines every nucleus of a whole-slide image.")
{
    RunCommand.Create(),
    NodeCommand.Create(),
    InspectCommand.Create(),
    SynthCommand.Create(),
    ExportCommand.Create(),
    RenderCommand.Create(),
    StoreCommand.Create(),
    EvaluateCommand.Create(),
    VerifyCommand.Create(),
    ModelsCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Terminal.Fail(ErrorCode.ConfigurationInvalid.Value, error.Message);
    }

    await Console.Error.WriteLineAsync($"See: cellvit {string.Join(' ', parsed.CommandResult.Command == root ? [] : new[] { parsed.CommandResult.Command.Name })} --help");
    return ExitCodes.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        Output = Terminal.Results,
        // An interrupted run finishes the network pass under way and says good-bye to its cluster; a node limits itself.
        ProcessTerminationTimeout = parsed.CommandResult.Command.Name == NodeCommand.Name ? TimeSpan.FromDays(2) : TimeSpan.FromSeconds(20),
    });
}
catch (CellVitException exception)
{
    Terminal.Fail(exception.Code.Value, exception.Message);
    return ExitCodes.For(exception);
}
catch (Exception exception) when (exception is not OperationCanceledException)
{
    Terminal.Fail(ErrorCode.Unexpected.Value, $"The command failed unexpectedly. {exception} Please report it with this text.");
    return ExitCodes.CheckFailed;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Interrupted.");
    return ExitCodes.Interrupted;
}
