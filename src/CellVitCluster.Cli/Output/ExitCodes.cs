using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Output;

/// <summary>The single map from what happened to the exit code that scripts see.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int Usage = 2;
    public const int SomeSlidesFailed = 3;
    public const int NoSlides = 4;

    /// <summary>No cluster could be joined, it refused this node, or it removed it; a supervisor should start the node again.</summary>
    public const int ClusterUnreachable = 5;
    public const int Weights = 6;
    public const int Interrupted = 130;

    /// <summary>Code for a command that ended with an error of its own.</summary>
    public static int For(CellVitException exception) => exception.Code switch
    {
        _ when exception is ModelException => Weights,
        _ when exception.Code == ErrorCode.NoSlidesFound => NoSlides,
        _ when exception is SlideUnreadableException or CalibrationException => SomeSlidesFailed,
        _ when exception is ClusterException => ClusterUnreachable,
        _ when exception is StoreException => CheckFailed,
        _ => Usage,
    };
}
