using CellVitCluster.Detection.Separation;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Inference.Calibration;

/// <summary>The separation as a card states it.</summary>
public static class CardSeparation
{
    /// <summary>Parameters with the card's constants.</summary>
    public static SeparationParameters Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return SeparationParameters.Default with
        {
            Range = new ResponseRange(card.Separation.SobelMinimum, card.Separation.SobelMaximum),
            RidgeThreshold = card.Separation.Threshold,
            MarkerMinimumPixels = card.Separation.MarkerMinimumPixels ?? SeparationParameters.Default.MarkerMinimumPixels,
        };
    }

    /// <summary>The constants among the parameters, for a card.</summary>
    /// <exception cref="ArgumentException">The parameters scale each tile by its own extremes.</exception>
    public static SeparationConstants ConstantsOf(SeparationParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ResponseRange range = parameters.Range ?? throw new ArgumentException("The extremes of a tile are no constants.", nameof(parameters));
        return new SeparationConstants(range.Low, range.High, parameters.RidgeThreshold)
        {
            MarkerMinimumPixels =
                parameters.MarkerMinimumPixels == SeparationParameters.Default.MarkerMinimumPixels ? null : parameters.MarkerMinimumPixels,
        };
    }
}
