namespace CellVitCluster.Domain.Errors;

/// <summary>
/// An error the user can do something about. The text has three sentences: what could not be done, with its identity; why, with the value
/// found and the value expected; what to do.
/// </summary>
public class CellVitException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="what">What could not be done, with identity; a sentence.</param>
    /// <param name="why">Found and expected; a sentence.</param>
    /// <param name="remedy">What to do; a sentence.</param>
    /// <param name="inner">Cause, if any.</param>
    public CellVitException(ErrorCode code, string what, string why, string remedy, Exception? inner = null)
        : base($"{what} {why} {remedy}", inner)
    {
        Code = code;
        What = what;
        Why = why;
        Remedy = remedy;
    }

    /// <summary>Stable code.</summary>
    public ErrorCode Code { get; }

    /// <summary>What could not be done.</summary>
    public string What { get; }

    /// <summary>Found and expected.</summary>
    public string Why { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}

/// <summary>The slide, or a region of it, cannot be read.</summary>
public sealed class SlideUnreadableException(ErrorCode code, string what, string why, string remedy, Exception? inner = null)
    : CellVitException(code, what, why, remedy, inner);

/// <summary>The slide's pixel size is unknown or unusable.</summary>
public sealed class CalibrationException(ErrorCode code, string what, string why, string remedy)
    : CellVitException(code, what, why, remedy);

/// <summary>The model's weights or card cannot be used.</summary>
public sealed class ModelException(ErrorCode code, string what, string why, string remedy, Exception? inner = null)
    : CellVitException(code, what, why, remedy, inner);

/// <summary>A cell store or tile result cannot be read or written.</summary>
public sealed class StoreException(ErrorCode code, string what, string why, string remedy, Exception? inner = null)
    : CellVitException(code, what, why, remedy, inner);

/// <summary>A command line or configuration value cannot be used.</summary>
public sealed class ConfigurationException(string what, string why, string remedy)
    : CellVitException(ErrorCode.ConfigurationInvalid, what, why, remedy);

/// <summary>A node is not, or no longer, a member of a cluster.</summary>
public sealed class ClusterException(ErrorCode code, string what, string why, string remedy)
    : CellVitException(code, what, why, remedy);
