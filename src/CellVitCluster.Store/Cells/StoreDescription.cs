using System.Text.Json;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Store.Cells;

/// <summary>What is known of a store before its first cell. Together with the set of cells it decides every byte but the manifest's.</summary>
public sealed record StoreDescription
{
    /// <summary>The analysis.</summary>
    public required RunId Run { get; init; }

    /// <summary>Content of the slide.</summary>
    public required SlideId Slide { get; init; }

    /// <summary>Name of the slide, as people call it.</summary>
    public required string SlideName { get; init; }

    /// <summary>Allow-listed properties of the slide.</summary>
    public required SlideMetadata SlideMetadata { get; init; }

    /// <summary>Pixel size of level 0 that the cells' measures rest on.</summary>
    public required Mpp Mpp { get; init; }

    /// <summary>Classes of the cells.</summary>
    public required Taxonomy Taxonomy { get; init; }

    /// <summary>What the network's class branch decided.</summary>
    public ClassBranchUse ClassBranch { get; init; }

    /// <summary>Length of an embedding; 0 for a model without.</summary>
    public required int TokenWidth { get; init; }

    /// <summary>Card of the model; copied into the manifest as it is.</summary>
    public required JsonElement ModelCard { get; init; }

    /// <summary>Parameters of the run; copied into the manifest as they are.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>Version of the program.</summary>
    public required string SoftwareVersion { get; init; }
}
